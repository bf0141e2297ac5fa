package import OTLP

/// Whether a log record holds messages of the span that it names: those are kept and joined to it, others are only
/// counted.
package func carriesMessages(_ log: LogView, conventions: Conventions) -> Bool {
  MessageEvents([log], conventions).sources != 0
}
