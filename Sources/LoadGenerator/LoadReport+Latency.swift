import Histogram

extension LoadReport.Latency {
    /// The percentiles of a histogram of nanoseconds.
    init(_ histogram: Histogram<UInt64>) {
        guard histogram.totalCount > 0 else { return }
        p50 = Double(histogram.valueAtPercentile(50)) / 1000
        p90 = Double(histogram.valueAtPercentile(90)) / 1000
        p99 = Double(histogram.valueAtPercentile(99)) / 1000
        p999 = Double(histogram.valueAtPercentile(99.9)) / 1000
        maximum = Double(histogram.max) / 1000
    }
}
