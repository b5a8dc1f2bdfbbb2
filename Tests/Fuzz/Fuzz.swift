import Foundation

#if PARLEY_LIBFUZZER
    /// The target that `FUZZ_TARGET` names; libFuzzer has the command line to itself.
    nonisolated(unsafe) private let chosen: FuzzTarget = {
        do {
            let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
            let targets = FuzzTargets(world: try FuzzWorld()).all
            guard let target = targets.first(where: { $0.name == name }) else {
                preconditionFailure("FUZZ_TARGET is one of \(targets.map(\.name))")
            }
            return target
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    /// What libFuzzer calls with each input.
    @_cdecl("LLVMFuzzerTestOneInput")
    public func fuzzerTestOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
        return 0
    }
#else
    /// A seeded driver over the same inputs, where the compiler's own is not wanted: `Fuzz [ROUNDS [SEED [TARGET]]]`,
    /// and `Fuzz --corpus DIRECTORY` to write the seeds down for the other.
    @main
    struct Fuzz {
        static func main() throws {
            let world = try FuzzWorld()
            defer { world.remove() }
            let targets = FuzzTargets(world: world).all
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments.first == "--corpus", arguments.count == 2 { return try write(targets, to: arguments[1]) }
            let rounds = arguments.first.flatMap { Int($0) } ?? 2000
            let seed = arguments.dropFirst().first.flatMap { UInt64($0) } ?? 1
            let wanted = arguments.dropFirst(2).first
            for target in targets where wanted == nil || wanted == target.name {
                let start = ContinuousClock.now
                for seed in target.seeds { target.run(seed) }
                var mutator = Mutator(seed: seed)
                for _ in 0..<rounds { target.run(mutator.input(from: target.seeds)) }
                print("\(target.name): \(rounds) inputs of seed \(seed) in \(ContinuousClock.now - start)")
            }
        }

        private static func write(_ targets: [FuzzTarget], to directory: String) throws {
            for target in targets {
                let folder = "\(directory)/\(target.name)"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                for (index, seed) in target.seeds.enumerated() {
                    try Data(seed).write(to: URL(fileURLWithPath: "\(folder)/seed-\(index)"))
                }
            }
        }
    }
#endif
