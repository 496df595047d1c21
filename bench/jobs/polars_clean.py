"""Lines of JSON to Parquet with polars; what is no trip becomes nulls."""

from arguments import read_arguments

arguments = read_arguments()

import polars as pl  # noqa: E402

schema = {
    "trip_id": pl.Int64,
    "picked_up": pl.Int64,
    "seconds": pl.Int32,
    "passengers": pl.UInt8,
    "distance_km": pl.Float64,
    "pickup_zone": pl.Int16,
    "dropoff_zone": pl.Int16,
    "tariff": pl.UInt8,
    "payment": pl.String,
    "fare": pl.Float64,
    "tip": pl.Float64,
    "tolls": pl.Float64,
}
# The reader of JSON knows no integers of 8 and 16 bits: it reads them as wider ones.
read = {name: pl.Int64 if kind.is_integer() else kind for name, kind in schema.items()}
trips = pl.scan_ndjson(f"{arguments.input}/*.ndjson", schema=read, ignore_errors=True)
clean = trips.filter(pl.col("trip_id").is_not_null()).cast(schema, strict=False)
clean.sink_parquet(f"{arguments.output}/clean.parquet", compression="snappy")
