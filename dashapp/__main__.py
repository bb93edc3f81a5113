"""`python -m dashapp` is `dashapp`."""

from dashapp.cli import main

main()
