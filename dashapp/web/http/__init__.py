"""What all responses share: assets, compression, errors, headers, language and logs."""
