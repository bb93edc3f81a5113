"""Import of foreign files: CSV, JSON and spreadsheets to events, without I/O.

`kinds` recognizes formats, `text` decodes bytes, `csv_rows` and `json_values` parse records, and
`mapping` turns records into events according to the user's `plan`.
"""
