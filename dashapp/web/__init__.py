"""Flask: who may see what, login, the JSON API, pages, errors and health."""
