"""The only place that knows SQLite: migrations, and one repository module per noun."""
