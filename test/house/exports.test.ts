import { expect, test } from 'vitest'
import { readSource } from './source-file.ts'

// What users may import. A name that appears or goes is a change of the public API: `npx vitest run test/house -u`
// writes the new list, for a reviewer to see.

test('core exports these names', () => {
  expect(exportedNames('core')).toMatchInlineSnapshot(`
    "AnyBatch AnyColumn AnyEvent AnyHandler AnyHandoff AnyMedium AnyPipeline AnyProvider
    AnyStage AnyStreamHandler App AppOptions Artifact Batch BatchAttempt BatchChange
    BatchGroup BatchKey BatchLayout BatchOptions BatchOutcome BatchPolicy BatchRoom BatchRows
    BatchTensor BatchTimes BatchViews BatchWriter Batcher BatcherOwner BatcherParts
    BoundJsonWriter BufferRange CacheLimits CachePlan CacheState Cancel Capacity Clock
    CloseReason Codec CodecAnswer CodecForm CodecHeaders CodecOptions ColumnInputOf
    ColumnLayout ColumnName ColumnNameOf ColumnOf ColumnOptions ColumnReader ColumnSource
    ColumnType ColumnVector ColumnWriter ColumnsOf Compile DecodeLimits DecodeOptions
    DecodedStream DirectAnswer DirectStages EachRowOptions Effects Endpoint EndpointConfig
    EndpointOptions ErrorCode ErrorData ErrorMeaning EventCheck EventDataOf EventFormat
    EventIterator EventSchema EventSource Field Fitting Follows FollowsHandoff FormedBatch
    GivenOf GrpcStatus HandedRows Handler HandlerColumns HandlerContext HandlerMetrics
    HandlerOptions HandlerOutput Handoff Hooks InputOf InstanceStats Int64Array Isolation
    Joinable Joined JoinedModel JsonRows JsonWriter Layer ListedArtifact LoadContext
    LoadedModel Log Media MessageDecoder MessageFacts MessagePlace MetricCounter MetricGauge
    MetricHistogram MetricLabels Middleware MiddlewareReply MiddlewareRequest Misfit Mixed
    ModelCache ModelCacheOptions ModelCallOptions ModelDemand ModelLoader ModelOf ModelOrder
    ModelRef ModelState ModelStore Next NoModel NullableColumn NullableNumbers NumberArray
    NumericArrayName NumericArrays NumericColumn NumericNameOf ObjectSchema OptionNames
    OutputOf ParentRules ParentedHandler ParentedOutput ParentedStageOptions Partition
    PartitionOption PartitionValues PartitionedBy PartitionedCall PathParams PathTemplate
    PickedRows Pipeline PipelineError PipelineErrorOptions Placement Provided Provider
    ProviderContext ProviderOptions QueueBounds QueueOptions RawBytesOptions RawForm
    RawNumbers RawRows ReadOnlyArray ReadonlyBigInt64Array ReadonlyFloat32Array
    ReadonlyFloat64Array RecordBatch RecordCheck RecordCheckOptions RecordForm RecordIssue
    RecordSchema RecycleConfig RecycleOptions RefusedModel ReplyHead RequestChange
    RetryOptions Returns Road RoomSource RowEvent RowHandler RowInputOf RowOf RowPicks
    RowRange RowSource RowStage RowStreamHandler Service ServiceHandler ServiceOptions
    ServiceRequest SlotLoad Span Stage StageCall StageCallOptions StageConfig StageHost
    StageOptions StageOverride StreamContext StreamEvent StreamHandler StreamHead
    StreamOptions StreamPipeline StreamStage TColumn TakenOf TensorArray TextSchema Ticket
    TypedHandler ValidityWriter ValueVector WaitLimit Waiter WayStats WritableColumnOf
    WrittenBatch afterMs app arrow arrowMediaType assertAnswersRows assertEvent
    assertOptionNames assertPartition assertReachable assertSource assignFields batchTensor
    bisect chain checkMetric checkMiddleware checkPartitionBy closestName codec column
    columnNumbers compileJsonWriter compileRecordSchema createEventCheck createRecordCheck
    createRecordCodec decodeFooter decodeStream defaultCapacity defaultColumnBytes
    describeMessage describeStream describeType eachRow eachRowStream encodeBatchMessage
    encodeBatches encodeEndOfStream encodeFileFooter encodeFileHead encodeHead
    encodeSchemaMessage encodeStream endpoint endpointOptionNames errorTable fillTensor
    findMisfits findMismatch fingerprintFields fromErrorData fuse fusedStages handler
    handlerColumn hasRefinement hasValueRules hooks inferColumns inferFields isAssignable
    isDoneWithin isEndpoint isErrorCode isHandoff isPipeline isSameType isStage isTypedHandler
    iteratorOf joinBatches joinPicks joinRanges json layoutBatch limit loadShed maxTimerMs
    measureBatch measureColumns measureRecords modelCache modelId narrowBigInts numericColumn
    onePartition openWriter outputColumns overMedium overrideStage packColumns
    parsePathTemplate partitionsOf pickColumns picksOf pipe pipelineOf placed pointerTo
    projectLayout provider rangesOf rawBytes rawWidthOf readParented recordInvalid recordOf
    retry roomForPicks rowOfEvent rowStreamsOf rowsByKey service stage stageDefaults
    stageOptionNames stagesOf timeout toErrorData uncountedMetrics unpackColumns widthOf
    withStage withoutAbsent writeColumns writeJsonFloat"
  `)
})

test('worker exports these names', () => {
  expect(exportedNames('worker')).toMatchInlineSnapshot(`
    "AppReport BatchCall BatchOutput BatchPipeline BatchPipelineOptions BundledApp CallMetrics
    ConfigFile ConfigOptions DrainOptions DryRunReport EdgeCounts EndpointRun Environment
    EventFacts HostSignal Lifecycle LifecycleState LifecycleSteps LoadedApp LogHistogram
    Logger LoggerOptions Mapping MemorySpans Observation ObservationParts OnnxHandlerOptions
    OnnxModel OnnxOptions OnnxTensor OnnxTensors OnnxValueInfo OptionName OptionSpec
    OptionTable OptionUnit ReadPlace RejectedRow ResolvedOption RowBlock RunMetrics RunModels
    ServedWork Server ServerAddress ServerCompanions ServerConfig ServerOptions ServerSettings
    SidecarSpec Sidecars SidecarsHost SignalHost SpanExporter SpanLink StageCalls StagePlace
    StageReport StageStats StopOptions StopReport StopSignal Stoppable TraceSpan batchViews
    bundleApp choiceOption closeGraceMs createLogger defaultTextOf dryRun easeThreadHeaps emit
    endGraceMs endServing envOf exitOnSignals findSettings flagOf formatBytes fsStore
    inspectApp isMain isOptionName leastLeftMs listenError loadApp modelCache msgpack
    onnxHandler onnxModel openBatchPipeline openObservation optionNames optionTable overMedia
    parseExactJson prettyLines rangeTextOf readConfigFile readFlag refuseOnSocket releaseOnce
    renderCallMetrics renderRunMetrics resolveConfig resolvePlaces resolveSettings serve
    startWithLogger systemClock textOption wholeNumberOption withPlaces"
  `)
})

test('cascade exports these names', () => {
  expect(exportedNames('cascade')).toMatchInlineSnapshot(`
    "AnyAsset AnySource AppOptions Asset AssetContext AssetOutcome Between CallContext
    CallReject Carried ContainerAddress ContainerOptions Contract ContractColumns
    ContractLimits ContractTerms Credit CreditWindow ExitCode FrameAsset FrameAssetOptions
    FrameOp FrameOpOptions FrameOutput FramesOf GraphAssetOptions GraphContext GraphReport
    GraphRun GraphValue Guarantees HostOptions HttpPlaceOptions InstanceUrls MakeFrame Medium
    MediumOptions MemberStats ModelledAssetOptions OpenOptions OutputOptions PartOptions
    PartitionOptions PartitionedPipeline PartitionedStage PipelineAsset PipelineAssetOptions
    PipelineOpOptions PipelinePlan PlannedStep RejectOptions RemoteOptions RemoteRetryOptions
    RemoteStats Reply RowOp RowOpOptions Source SourceOptions Splitting StageServer
    StageServerOptions TypedDataFrame assertAgrees asset between compose contractOf
    createMedium exitCodes findAssets graphAsset handoff invoke op partitioned pipelineHash
    pipelinePlan runGraph selectAssets source"
  `)
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
