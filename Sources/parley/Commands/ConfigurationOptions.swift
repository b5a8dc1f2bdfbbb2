import ArgumentParser
import Foundation
import ParleyServer

/// Where a command finds the configuration and the data, the same for all of them.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: [.customShort("c"), .customLong("config")],
        help: ArgumentHelp(
            "The YAML file of settings; without it only PARLEY_… variables and flags count.", valueName: "file"))
    var file: String?

    @Option(
        name: [.customShort("d"), .customLong("data")],
        help: ArgumentHelp("The data directory (data.directory, default .parley).", valueName: "directory"))
    var data: String?

    /// The settings: file, then environment, then flags, the later ones winning.
    func load(_ flags: [String: String] = [:]) throws -> ParleyConfiguration {
        var overrides = flags
        if let data { overrides["data.directory"] = data }
        do {
            return try ParleyConfiguration.load(
                file: file, environment: ProcessInfo.processInfo.environment, overrides: overrides)
        } catch {
            throw CommandFailure("the configuration cannot be used:\n\(error)")
        }
    }
}
