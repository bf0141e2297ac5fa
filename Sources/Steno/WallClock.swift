import Glibc
import Telemetry

/// The wall clock; 1970 while it stands before that.
@Sendable func wallClock() -> UnixNanoseconds {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return UnixNanoseconds(UInt64(max(0, time.tv_sec)) &* 1_000_000_000 &+ UInt64(max(0, time.tv_nsec)))
}
