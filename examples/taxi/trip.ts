import { column } from '@redesmyn/core'
import { Type } from 'typebox'

/** A ride as a city's taxi commission would publish it. */
export const Trip = Type.Object({
  trip_id: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  picked_up: column.timestamp(),
  seconds: column.int32(),
  passengers: column.uint8(),
  distance_km: Type.Number(),
  pickup_zone: column.int16(),
  dropoff_zone: column.int16(),
  /** 1 in town, 2 to or from an airport, 5 agreed beforehand. */
  tariff: column.uint8(),
  payment: Type.String(),
  fare: Type.Number(),
  tip: Type.Number(),
  tolls: Type.Number(),
})

/** The city's zones are numbered from 1. */
export const zoneCount = 260
