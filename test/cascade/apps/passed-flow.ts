import { asset, source } from '@redesmyn/cascade'
import { column, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Trip = Type.Object({ id: column.int64(), fare: Type.Number(), payment: Type.String() })

const pass = stage({ name: 'pass', input: Trip, output: Trip, handler: (batch) => batch.rows() })

export const trips = source({ name: 'trips', schema: Trip, from: 'trips/*.parquet' })
export const passed = asset({ name: 'passed', input: trips, pipeline: pipe(pass), to: 'out/' })
