/// Every bound Steno puts on what it is sent, in one place. Names end in what is counted; each is listed in docs/limits.md.
package struct Limits: Sendable {
  /// A request body as it arrives, in bytes.
  package var requestBodyBytesMax = 64 << 20
  /// The same body after decompression, in bytes.
  package var decompressedBodyBytesMax = 64 << 20
  /// Bytes of request bodies that are read or handled at once; what does not fit waits without being read.
  package var bodiesInFlightBytesMax = 32 << 20
  /// Bytes of a body, or of an answer, below which it is not counted: 1,024 connections of these are 64 MiB.
  package var smallBodyBytesMax = 64 << 10
  /// Bytes of answers that their clients have not taken yet; one that does not fit is answered 503.
  package var answersInFlightBytesMax = 128 << 20
  /// Seconds that a body waits for its place before it is answered 503. Exporters give up after 10.
  package var bodyWaitSecondsMax = 5
  /// Seconds that a body which was refused unread is still drained, so that the client gets to read why.
  package var drainSecondsMax = 2
  /// Spans of one request. SDKs batch 512 unless told otherwise.
  package var spansPerRequestMax = 200_000
  /// Attributes of one span; one that has more is rejected alone.
  package var attributesPerSpanMax = 100_000
  /// Nesting of attribute values and of JSON, in levels. Deeper OTLP is refused, deeper JSON inside a text is left a text.
  package var valueDepthMax = 100
  /// Bytes of decoded requests that wait for their commit before new ones are answered 503.
  package var ingestQueueBytesMax = 96 << 20
  /// Bytes of request bodies that make one commit at the most.
  package var commitBytesMax = 24 << 20
  /// Spans packed into one block at the most.
  package var blockSpansMax = 256
  /// Bytes of spans packed into one block at the most; a single larger span has a block of its own.
  package var blockBytesMax = 256 << 10
  /// Bytes at the end of a session's last block that its next one is compressed against.
  package var blockPrefixBytesMax = 32 << 10
  /// Blocks that must be unpacked one after another to read one, at the most.
  package var blockChainMax = 16
  /// Bytes of a span's text that still stand in its outline, which is what lists and filters read.
  package var outlineTextBytesMax = 64
  /// The same of a value that Steno knows nothing about.
  package var outlineValueBytesMax = 128
  /// The same of a value that is metadata, tags, usage or the like.
  package var outlineFactBytesMax = 4_096
  /// Bytes of the ends of recent sessions' last blocks that are kept in memory.
  package var prefixCacheBytesMax = 16 << 20
  /// Bytes of the facts of recent traces that are kept in memory.
  package var traceCacheBytesMax = 16 << 20
  /// Questions answered at the same time; further ones wait.
  package var readersMax = 4
  /// Questions that wait for one of them; a further one is answered 503.
  package var waitingQuestionsMax = 1_024
  /// A question that takes longer is interrupted.
  package var questionMillisecondsMax = 5_000
  /// Rows of one page of a list.
  package var pageRowsMax = 500
  package var pageRowsDefault = 50
  /// Unicode scalars of a text in a list row, the ellipsis that ends a longer one included.
  package var listTextScalarsMax = 1_000
  /// Spans that the counts of attributes and of their values are made from, the newest ones.
  package var attributeSpansMax = 20_000
  /// Different keys, or values, after which no further trace is looked at for such counts.
  package var attributeEntriesMax = 20_000
  /// A value in the list of an attribute's values, in bytes; a longer one is left out of it. No more than outlines keep
  /// of any value.
  package var attributeValueBytesMax = 64
  /// Intervals of one time series.
  package var timeSeriesIntervalsMax = 10_000
  /// A filter's text, in bytes.
  package var filterBytesMax = 8 << 10
  /// Conditions of a filter.
  package var filterConditionsMax = 64
  /// Nesting of brackets and NOT in a filter, in levels; segments of a field's name.
  package var filterDepthMax = 32
  /// Traces whose spans a filter asks one trace after the other; for more, the outlines of all are looked through first.
  package var filterTracesOneByOneMax = 16_384
  /// Bytes of a message's text that are searched; what lies behind them is not.
  package var searchedMessageBytesMax = 64 << 10
  /// Bytes of a text query.
  package var searchQueryBytesMax = 1_000
  /// Words and pairs of characters of a text query.
  package var searchQueryWordsMax = 32
  /// Unicode scalars of the part of a message that a search result shows.
  package var searchSnippetScalarsMax = 240
  /// Changes of sessions and traces that are kept for those who follow them.
  package var changesKeptMax = 100_000
  /// Event streams that are open at the same time; a further one is answered 503.
  package var eventStreamsMax = 64
  /// Seconds that an event may wait for its reader; then the reader's connection is closed.
  package var eventWriteSecondsMax = 10
  /// Exports that are being read at the same time; a further one is answered 503.
  package var exportsMax = 16
  /// Bytes of a session's PATCH.
  package var patchBodyBytesMax = 64 << 10
  /// Unicode scalars of a session's display name.
  package var displayNameScalarsMax = 200
  /// Open connections of each port; a further one waits to be accepted, of the gRPC port it is closed.
  package var connectionsMax = 1_024
  /// Seconds a keep-alive connection may be idle.
  package var idleSecondsMax = 75
  /// Bytes of a request's line and header fields.
  package var headBytesMax = 64 << 10
  /// Header fields of a request.
  package var headerFieldsMax = 200
  /// Bytes of a request's path and query.
  package var targetBytesMax = 16 << 10
  /// Seconds from a request's first byte, or from the connection's begin, to the end of its head.
  package var headSecondsMax = 15
  /// Seconds that a body may keep the server waiting, beyond what it takes at the speed below.
  package var bodyPauseSecondsMax = 15
  package var bodyBytesPerSecondMin = 16 << 10
  /// Seconds in which a client takes nothing of its answer.
  package var answerStallSecondsMax = 30
  /// Open gRPC calls over all connections; a further one is answered UNAVAILABLE.
  package var callsMax = 1_024
  /// Open gRPC calls of one connection; the client keeps further ones waiting.
  package var callsPerConnectionMax = 100

  package init() {}
}
