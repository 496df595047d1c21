"""Lines of JSON to Parquet with DuckDB; what is no trip is left out, or its values are."""

from arguments import read_arguments

arguments = read_arguments()

import duckdb  # noqa: E402

columns = {
    "trip_id": "BIGINT",
    "picked_up": "BIGINT",
    "seconds": "INTEGER",
    "passengers": "UTINYINT",
    "distance_km": "DOUBLE",
    "pickup_zone": "SMALLINT",
    "dropoff_zone": "SMALLINT",
    "tariff": "UTINYINT",
    "payment": "VARCHAR",
    "fare": "DOUBLE",
    "tip": "DOUBLE",
    "tolls": "DOUBLE",
}
types = ", ".join(f"{name}: '{kind}'" for name, kind in columns.items())
connection = duckdb.connect(config={"threads": arguments.threads})
connection.execute(f"""
    COPY (
        SELECT * FROM read_ndjson('{arguments.input}/*.ndjson', columns = {{{types}}}, ignore_errors = true)
        WHERE trip_id IS NOT NULL
    ) TO '{arguments.output}/clean.parquet' (FORMAT parquet, COMPRESSION snappy)
""")
