"""Run the `dashapp` command as `python -m dashapp`."""

from dashapp.cli import main

main()
