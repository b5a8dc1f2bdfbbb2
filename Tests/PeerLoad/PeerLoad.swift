import Foundation
import Glibc
import LoadGenerator
import ParleyClient

/// The load of `config/benchmark`: reads a job, a JSON file, runs it and prints the report as JSON.
///
/// Where the run stands goes to standard error, a line a second, so that whoever started it knows when the sockets rest.
@main struct PeerLoad {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else {
            tell("usage: PeerLoad job.json")
            exit(64)
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let job = try decoder.decode(Job.self, from: Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1])))
        let report = try await LoadGenerator(job.options).run { progress in tell(progress.line) }
        print(try report.json())
    }

    private static func tell(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}
