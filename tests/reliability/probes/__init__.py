"""Random requests with credentials of all kinds: no answer contains what another org owns.

`cast.py` creates the orgs, whose content is marked, `credentials.py` what requests show,
`asking.py` makes random requests, `verdicts.py` judges the answers, and `run.py` counts them.
"""
