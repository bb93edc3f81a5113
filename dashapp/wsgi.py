"""Production entry: the one module that acts when it is imported."""

import os

from dashapp.app import create_app
from dashapp.settings import from_env
from dashapp.web.logs import configure

configure()
app = create_app(from_env(os.environ))
