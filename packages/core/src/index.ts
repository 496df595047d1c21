// errors, clock
export { fromErrorData, toErrorData, type ErrorData } from './errors/error-data.ts'
export { errorTable, isErrorCode, type ErrorCode, type ErrorMeaning, type GrpcStatus } from './errors/error-table.ts'
export { assertOptionNames, type OptionNames } from './errors/assert-option-names.ts'
export { closestName } from './errors/closest-name.ts'
export { PipelineError, type PipelineErrorOptions } from './errors/pipeline-error.ts'
export { withStage } from './errors/with-stage.ts'
export { afterMs, maxTimerMs } from './clock/after-ms.ts'
export type { Cancel, Clock } from './clock/clock.ts'
export { isDoneWithin, type WaitLimit } from './clock/is-done-within.ts'

// schema
export { column, type ColumnName, type ColumnOptions, type TColumn } from './schema/column.ts'
export type { ColumnType, Field } from './schema/field.ts'
export { describeType, fingerprintFields } from './schema/fingerprint-fields.ts'
export { inferFields } from './schema/infer-fields.ts'
export { narrowBigInts } from './schema/narrow-bigints.ts'
export type {
  NumericArrayName,
  NumericArrays,
  ReadOnlyArray,
  ReadonlyBigInt64Array,
  ReadonlyFloat32Array,
  ReadonlyFloat64Array,
} from './schema/read-only-array.ts'
export type { Compile } from './schema/compile.ts'
export type { Fitting, Misfit } from './schema/fits.ts'
export { createEventCheck, type EventCheck } from './schema/event-check.ts'
export type { EventDataOf, EventFormat, EventSchema, TextSchema } from './schema/event-schema.ts'
export { createRecordCheck, type RecordCheck, type RecordCheckOptions } from './schema/record-check.ts'
export { pickColumns } from './schema/pick-columns.ts'
export { pointerTo } from './schema/json-pointer.ts'
export { recordInvalid, type RecordIssue } from './schema/record-issue.ts'
export type { ObjectSchema } from './schema/object-schema.ts'
export { compileRecordSchema, type RecordSchema } from './schema/record-schema.ts'
export { hasRefinement, hasValueRules, withoutAbsent } from './schema/value-rules.ts'
export type {
  AnyColumn,
  ColumnInputOf,
  ColumnOf,
  ColumnReader,
  NullableColumn,
  NumericNameOf,
  RowInputOf,
  RowOf,
  WritableColumnOf,
} from './schema/static.ts'

// handler
export { bisect } from './handler/bisect.ts'
export { chain } from './handler/chain.ts'
export { eachRow, type EachRowOptions, type RowHandler } from './handler/each-row.ts'
export { eachRowStream, type RowStreamHandler } from './handler/each-row-stream.ts'
export { assertSource, type EventIterator, type EventSource, iteratorOf } from './handler/event-source.ts'
export { rowStreamsOf } from './handler/row-streams.ts'
export type { StreamContext } from './handler/stream-context.ts'
export { type AnyEvent, assertEvent, type RowEvent, rowOfEvent, type StreamEvent } from './handler/stream-event.ts'
export type { AnyStreamHandler, StreamHandler } from './handler/stream-handler.ts'
export type { Layer } from './handler/layer.ts'
export { limit } from './handler/limit.ts'
export { loadShed } from './handler/load-shed.ts'
export { retry, type RetryOptions } from './handler/retry.ts'
export { timeout } from './handler/timeout.ts'
export type { AnyBatch, Batch, BatchChange, ColumnNameOf } from './handler/batch.ts'
export { handler, type HandlerOptions, isTypedHandler, type TypedHandler } from './handler/typed-handler.ts'
export { type ParentRules, readParented, type Returns } from './handler/read-parented.ts'
export type {
  AnyHandler,
  ColumnsOf,
  Handler,
  ParentedHandler,
  ParentedOutput,
  HandlerOutput,
} from './handler/handler.ts'
export type { HandlerContext, LoadedModel, NoModel } from './handler/handler-context.ts'
export type { Log } from './handler/log.ts'
export type {
  HandlerMetrics,
  MetricCounter,
  MetricGauge,
  MetricHistogram,
  MetricLabels,
} from './handler/handler-metrics.ts'
export { checkMetric, uncountedMetrics } from './handler/check-metric.ts'
export { Provided } from './handler/provided.ts'
export {
  type AnyProvider,
  provider,
  type Provider,
  type ProviderContext,
  type ProviderOptions,
} from './handler/provider.ts'

// stage
export type { BatchViews } from './stage/batch-views.ts'
export { type AnyMedium, type Media, overMedium, placed } from './stage/any-medium.ts'
export type { InstanceStats, WayStats } from './stage/way-stats.ts'
export { isStage, type AnyStage } from './stage/any-stage.ts'
export type { ModelCallOptions, StageCall, StageCallOptions } from './stage/call-options.ts'
export { type BatchKey, rowsByKey } from './stage/batch-key.ts'
export { assertPartition, onePartition } from './stage/one-partition.ts'
export { checkPartitionBy } from './stage/partition-by.ts'
export type { PartitionedBy, PartitionedCall, PartitionOption } from './stage/partitioned-call.ts'
export type { Mixed } from './stage/partitioned-options.ts'
export { type Partition, partitionsOf, type PartitionValues } from './stage/partitions-of.ts'
export { recordOf } from './stage/record-of.ts'
export { overrideStage, type StageOverride } from './stage/override-stage.ts'
export { stageDefaults } from './stage/resolve-stage.ts'
export { stageOptionNames } from './stage/stage-option-names.ts'
export { stage, type Stage } from './stage/stage.ts'
export type { Effects } from './stage/effects.ts'
export type { Isolation, StageHost } from './stage/isolation.ts'
export type { RecycleConfig, StageConfig } from './stage/stage-config.ts'
export type {
  BatchOptions,
  QueueOptions,
  ParentedStageOptions,
  RecycleOptions,
  StageOptions,
} from './stage/stage-options.ts'
export type { StreamOptions } from './stage/stream-options.ts'
export type { StreamStage } from './stage/stream-stage.ts'

// codec
export { arrow, arrowMediaType, json } from './codec/built-in-codecs.ts'
export {
  codec,
  type Codec,
  type CodecAnswer,
  type CodecForm,
  type CodecHeaders,
  type CodecOptions,
  createRecordCodec,
  type RawForm,
  type RecordForm,
} from './codec/codec.ts'
export { rawBytes, type RawBytesOptions } from './codec/raw-bytes.ts'
export { RawNumbers, type RawRows } from './codec/raw-numbers.ts'
export { rawWidthOf } from './codec/raw-width.ts'

// pipeline, endpoint
export { type AnyPipeline, isPipeline } from './pipeline/any-pipeline.ts'
export { type DirectAnswer, DirectStages } from './pipeline/direct-stages.ts'
export { fuse, fusedStages } from './pipeline/fuse-stages.ts'
export { type AnyHandoff, type Handoff, isHandoff } from './pipeline/handoff.ts'
export type {
  Follows,
  FollowsHandoff,
  GivenOf,
  InputOf,
  Joinable,
  JoinedModel,
  ModelOf,
  OutputOf,
  TakenOf,
} from './pipeline/joined.ts'
export { assertReachable } from './pipeline/assert-reachable.ts'
export type { Placement } from './stage/placement.ts'
export { type Joined, pipe, type Pipeline, pipelineOf, type Road, stagesOf } from './pipeline/pipeline.ts'
export { assertAnswersRows, type RowStage } from './pipeline/row-stage.ts'
export type { StreamPipeline } from './pipeline/stream-pipeline.ts'
export {
  endpoint,
  isEndpoint,
  type Endpoint,
  type EndpointConfig,
  type EndpointOptions,
  type Service,
} from './endpoint/endpoint.ts'
export { endpointOptionNames } from './endpoint/endpoint-option-names.ts'

// middleware, service
export { checkMiddleware } from './middleware/check-middleware.ts'
export { hooks, type Hooks } from './middleware/hooks.ts'
export type {
  Middleware,
  MiddlewareReply,
  MiddlewareRequest,
  Next,
  RequestChange,
} from './middleware/middleware.ts'
export { app, type App, type AppOptions } from './service/app.ts'
export { service, type ServiceHandler, type ServiceOptions } from './service/service.ts'
export type { ServiceRequest } from './service/service-request.ts'

// model
export type {
  CacheLimits,
  CachePlan,
  ModelDemand,
  ModelOrder,
  ModelState,
  RefusedModel,
  SlotLoad,
} from './model/cache-plan.ts'
export { CacheState } from './model/cache-state.ts'
export { modelId } from './model/model-id.ts'
export {
  type Artifact,
  type ListedArtifact,
  type LoadContext,
  type ModelCache,
  modelCache,
  type ModelCacheOptions,
  type ModelLoader,
  type ModelStore,
} from './model/model-cache.ts'
export { type PathParams, parsePathTemplate, PathTemplate } from './model/path-template.ts'

// batch, queue
export type { BatchAttempt, BatchGroup, ModelRef } from './batch/batch-group.ts'
export type { BatchOutcome, ReplyHead } from './batch/batch-outcome.ts'
export type { BatchTimes } from './batch/batch-times.ts'
export type { BatchPolicy, CloseReason } from './batch/batch-policy.ts'
export type { Span } from './batch/span.ts'
export type { QueueBounds } from './queue/queue-bounds.ts'
export type { RowSource, Waiter } from './queue/waiter.ts'

// record-batch
export { BatchWriter } from './record-batch/batch-writer.ts'
export { defaultCapacity, defaultColumnBytes, measureRecords, type Capacity } from './record-batch/capacity.ts'
export { type BatchTensor, batchTensor, columnNumbers } from './record-batch/batch-tensor.ts'
export { fillTensor, type NumericColumn, numericColumn, type TensorArray, widthOf } from './record-batch/fill-tensor.ts'
export { handlerColumn, type NullableNumbers } from './record-batch/handler-column.ts'
export { layoutBatch, type BatchLayout, type BufferRange, type ColumnLayout } from './record-batch/layout.ts'
export type { Int64Array, NumberArray } from './record-batch/number-array.ts'
export { RecordBatch } from './record-batch/record-batch.ts'
export type { ColumnVector } from './record-batch/vectors/column-vector.ts'
export type { ColumnWriter } from './record-batch/writers/column-writer.ts'
export { openWriter } from './record-batch/writers/open-writer.ts'
export { ValidityWriter } from './record-batch/writers/validity-writer.ts'
export { writeJsonFloat } from './record-batch/write-json-float.ts'
export { compileJsonWriter, type BoundJsonWriter, type JsonWriter } from './record-batch/write-json.ts'
export { BatchRows } from './queue/batch-rows.ts'
export { PickedRows } from './queue/picked-rows.ts'
export { JsonRows } from './queue/json-rows.ts'
export { Batcher } from './batch/batcher.ts'
export type { BatcherOwner, BatcherParts } from './batch/batcher-owner.ts'
export { type BatchRoom, FormedBatch } from './batch/formed-batch.ts'
export type { HandedRows } from './batch/handed-rows.ts'
export type { RoomSource } from './batch/room-source.ts'
export { Ticket } from './queue/ticket.ts'
export { inferColumns } from './record-batch/output/infer-columns.ts'
export { joinRanges, rangesOf, type RowRange } from './record-batch/join-ranges.ts'
export { joinPicks, roomForPicks } from './record-batch/picks/join-picks.ts'
export { picksOf, type RowPicks } from './record-batch/picks/row-picks.ts'
export { joinBatches } from './record-batch/join-batches.ts'
export { measureBatch } from './record-batch/measure-batch.ts'
export { measureColumns, writeColumns } from './record-batch/output/write-columns.ts'
export type { HandlerColumns } from './record-batch/output/column-sources.ts'
export { outputColumns } from './record-batch/output/output-columns.ts'
export { findMisfits } from './record-batch/assign/find-misfits.ts'
export { assignFields } from './record-batch/assign/assign-fields.ts'
export { projectLayout } from './record-batch/assign/project-layout.ts'
export { isSameType } from './record-batch/same-type.ts'
export { isAssignable } from './record-batch/assign/is-assignable.ts'
export { findMismatch } from './record-batch/output/find-mismatch.ts'
export type { ColumnSource } from './record-batch/vectors/column-vector.ts'
export { ValueVector } from './record-batch/vectors/value-vector.ts'
export { decodeStream, type DecodedStream, describeStream } from './record-batch/ipc/decode/decode-stream.ts'
export { MessageDecoder } from './record-batch/ipc/decode/message-decoder.ts'
export {
  decodeFooter,
  describeMessage,
  type MessageFacts,
  type MessagePlace,
} from './record-batch/ipc/decode/describe-message.ts'
export type { DecodeLimits, DecodeOptions } from './record-batch/ipc/decode/decode-options.ts'
export { packColumns, unpackColumns } from './record-batch/packed-columns.ts'
export { encodeHead, type StreamHead } from './record-batch/ipc/encode/encode-head.ts'
export { encodeFileFooter, encodeFileHead, type WrittenBatch } from './record-batch/ipc/encode/encode-file.ts'
export { encodeEndOfStream } from './record-batch/ipc/encode/encode-message.ts'
export {
  encodeBatches,
  encodeBatchMessage,
  encodeSchemaMessage,
  encodeStream,
} from './record-batch/ipc/encode/encode-stream.ts'
