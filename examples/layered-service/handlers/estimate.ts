import { service } from '@redesmyn/core'
import { Estimate, Flower } from '../models/iris.ts'
import { estimateFlower } from '../services/estimate-flower.ts'

/** The flow: which records come in at which path, which service answers them. */
export const estimate = service('/estimate', Flower, Estimate, ({ records }) => records.map(estimateFlower))
