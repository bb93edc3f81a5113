"""Files of others as events: CSV, JSON and spreadsheets, however they are written.

Pure: bytes in, events out. `kinds` says what a file is, `text` makes lines of UTF-8 of it,
`csv_rows` and `json_values` make records of those, and `mapping` makes an event of a record, by
the `plan` that a person has typed.
"""
