import { parentPort, workerData } from 'node:worker_threads'
import { fromErrorData, PipelineError, toErrorData } from '@redesmyn/core'
import { loadApp } from '@redesmyn/worker'
