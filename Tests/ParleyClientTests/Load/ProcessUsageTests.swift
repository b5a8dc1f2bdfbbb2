import Glibc
import Testing

@testable import LoadGenerator

@Suite struct ProcessUsageTests {
    @Test("The line of proc(5), with a name that tries to confuse")
    func parse() {
        let fields = (4...52).map(String.init).joined(separator: " ")
        let usage = ProcessUsage.parse("77 (a ) R 1 (b)) S \(fields)", ticksPerSecond: 100, pageBytes: 4096)
        #expect(usage == ProcessUsage(cpuSeconds: 0.29, residentKilobytes: 96))
    }

    @Test(
        "What is no such line gives nothing",
        arguments: ["", "1 (x", "1 (x) S 1 2", "1 (x) S a b c d e f g h i j k l m n o p q r s t u v w"])
    func malformed(line: String) {
        #expect(ProcessUsage.parse(line, ticksPerSecond: 100, pageBytes: 4096) == nil)
    }

    @Test("This process has used CPU and memory; one that is not there has not")
    func current() throws {
        let usage = try #require(ProcessUsage.current(of: getpid()))
        #expect(usage.residentKilobytes > 1000)
        #expect(ProcessUsage.ownCPUSeconds > 0)
        #expect(ProcessUsage.current(of: Int32.max) == nil)
    }
}
