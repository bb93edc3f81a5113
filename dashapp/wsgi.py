"""The production entry point: the only module that does something when it is imported."""

import os

from dashapp.app import create_app
from dashapp.settings import from_env
from dashapp.web.http.assets import files
from dashapp.web.http.logs import configure

settings = from_env(os.environ)
configure(settings.log_level)
app = create_app(settings)
files(app).precompress()  # at startup, so that no visitor waits for it
