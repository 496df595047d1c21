import { expect, test } from 'vitest'
import { readSource } from './source-file.ts'

// What users may import. A name that appears or goes is a change of the public API: `npx vitest run test/house -u`
// writes the new list, for a reviewer to see.

test('core exports these names', () => {
  expect(exportedNames('core')).toMatchInlineSnapshot(`
    "AnyBatch AnyColumn AnyHandler AnyPipeline AnyStage Artifact Batch BatchGroup BatchLayout
    BatchOptions BatchOutcome BatchPolicy BatchRoom BatchRows BatchTensor BatchTimes
    BatchViews BatchWriter Batcher BatcherOwner BatcherParts BodyFormat BoundJsonWriter
    BufferRange CacheLimits CachePlan CacheState Cancel Capacity Clock CloseReason
    ColumnInputOf ColumnLayout ColumnName ColumnNameOf ColumnOf ColumnOptions ColumnReader
    ColumnType ColumnVector ColumnsOf Compile DecodeLimits DecodedStream EachRowOptions
    Endpoint EndpointConfig EndpointOptions ErrorCode ErrorData ErrorMeaning Field FormedBatch
    GrpcStatus HandedRows Handler HandlerColumns HandlerContext HandlerMetrics HandlerOutput
    Int64Array Isolation JsonRows JsonWriter Layer LoadContext Log MetricCounter MetricGauge
    MetricHistogram MetricLabels ModelCache ModelCacheOptions ModelCallOptions ModelDemand
    ModelLoader ModelOrder ModelRef ModelStore NoModel NullableColumn NullableNumbers
    NumberArray NumericArrayName NumericArrays NumericNameOf ObjectSchema PathParams
    PathTemplate Pipeline PipelineError PipelineErrorOptions QueueBounds QueueOptions
    ReadOnlyArray ReadonlyBigInt64Array ReadonlyFloat32Array ReadonlyFloat64Array RecordBatch
    RecordCheck RecordCheckOptions RecordIssue RecordSchema RefusedModel ReplyHead
    RetryOptions RoomSource RowHandler RowInputOf RowOf RowSource SlotLoad Span Stage
    StageCall StageCallOptions StageConfig StageHost StageOptions StreamHead TColumn Ticket
    Waiter WritableColumnOf assignFields bisect checkMetric column compileJsonWriter
    compileRecordSchema createRecordCheck decodeStream defaultCapacity defaultColumnBytes
    describeType eachRow encodeBatches encodeHead encodeStream endpoint errorTable
    fingerprintFields fromErrorData handlerColumn inferColumns inferFields isEndpoint
    isErrorCode isPipeline isSameType isStage layoutBatch limit loadShed measureBatch
    measureColumns measureRecords modelCache modelId narrowBigInts outputColumns packColumns
    parsePathTemplate pipe projectLayout recordInvalid retry stage stageDefaults timeout
    toErrorData uncountedMetrics unpackColumns writeColumns"
  `)
})

test('worker exports these names', () => {
  expect(exportedNames('worker')).toMatchInlineSnapshot(`
    "AppReport BundledApp ConfigOptions Environment LifecycleState LoadedApp MemorySpans
    OnnxHandlerOptions OnnxModel OnnxOptions OnnxTensor OnnxTensors OnnxValueInfo OptionName
    OptionSpec OptionTable OptionUnit Server ServerAddress ServerConfig ServerOptions
    SignalHost SpanExporter SpanLink StageReport StopOptions StopReport StopSignal Stoppable
    TraceSpan batchViews bundleApp defaultTextOf envOf exitOnSignals flagOf fsStore inspectApp
    isMain isOptionName loadApp modelCache onnxHandler onnxModel optionNames optionTable
    rangeTextOf readFlag resolveConfig serve"
  `)
})

test('cascade exports these names', () => {
  expect(exportedNames('cascade')).toMatchInlineSnapshot(`"ExitCode exitCodes"`)
})

/** Types and values of a package's index, sorted, some to a line. */
function exportedNames(name: string): string {
  const { code } = readSource(`packages/${name}/src/index.ts`)
  const names = [...code.matchAll(/export (?:type )?\{([^}]*)\}/g)]
    .flatMap(([, list = '']) => list.split(','))
    .map((entry) =>
      entry
        .trim()
        .replace(/^type /, '')
        .replace(/^.* as /, ''),
    )
    .filter((entry) => entry !== '')
  return names
    .toSorted()
    .join(' ')
    .replace(/(.{60,90}) /g, '$1\n')
}
