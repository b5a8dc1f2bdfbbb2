// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// A product of one of the packages below.
func product(_ name: String, _ package: String) -> Target.Dependency { .product(name: name, package: package) }

let argumentParser = product("ArgumentParser", "swift-argument-parser")
let configuration = product("Configuration", "swift-configuration")
let grdb = product("GRDB", "GRDB.swift")
let histogram = product("Histogram", "hdrhistogram-swift")
let httpTypes = product("HTTPTypes", "swift-http-types")
let hummingbird = product("Hummingbird", "hummingbird")
let hummingbirdCore = product("HummingbirdCore", "hummingbird")
let logging = product("Logging", "swift-log")
let nioConcurrency = product("NIOConcurrencyHelpers", "swift-nio")
let nioCore = product("NIOCore", "swift-nio")
let nioEmbedded = product("NIOEmbedded", "swift-nio")
let nioHTTP1 = product("NIOHTTP1", "swift-nio")
let nioHTTPTypes = product("NIOHTTPTypes", "swift-nio-extras")
let nioHTTPTypesHTTP1 = product("NIOHTTPTypesHTTP1", "swift-nio-extras")
let nioPosix = product("NIOPosix", "swift-nio")
let nioWebSocket = product("NIOWebSocket", "swift-nio")
let serviceLifecycle = product("ServiceLifecycle", "swift-service-lifecycle")
let sqlite = product("GRDBSQLite", "GRDB.swift")
let unixSignals = product("UnixSignals", "swift-service-lifecycle")
let yams = product("Yams", "Yams")

/// A target of this package with its settings.
func target(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of a target.
func tests(of name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name), "TestTools"] + dependencies, exclude: exclude,
        swiftSettings: settings)
}

let package = Package(
    name: "parley",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "parley", targets: ["parley"]),
        .library(name: "NIOOpenSSL", targets: ["NIOOpenSSL"]),
        .library(name: "ParleyClient", targets: ["ParleyClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.2.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift.git", from: "0.2.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0", traits: ["FullFoundation"]),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.0.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.9.0"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        target("OpenSSLCrypto", ["COpenSSL"]),
        target("NIOOpenSSL", ["COpenSSL", nioCore]),
        target(
            "WebSocketTransport",
            [
                "COpenSSL", "NIOOpenSSL", httpTypes, hummingbirdCore, logging, nioCore, nioHTTP1, nioHTTPTypes,
                nioHTTPTypesHTTP1,
            ]),
        target("Database", [grdb, sqlite]),
        target("QRCode", []),
        .target(
            name: "CommonPasswords", exclude: ["README.md", "common-passwords.txt"],
            cSettings: [.headerSearchPath(".")]),
        target("Identity", ["CommonPasswords", "Database", "OpenSSLCrypto", nioPosix]),
        target(
            "Chat", ["Database", "OpenSSLCrypto", "WebSocketTransport", logging, nioConcurrency, nioCore, nioPosix]),
        target(
            "ParleyServer",
            [
                "CZlib", "Chat", "Contract", "Database", "Identity", "NIOOpenSSL", "OpenSSLCrypto", "QRCode",
                "WebClient", "WebSocketTransport", configuration, httpTypes, hummingbird, hummingbirdCore, logging,
                nioConcurrency, nioCore, nioHTTP1, nioPosix, serviceLifecycle, unixSignals, yams,
            ]),
        .target(name: "WebClient", exclude: ["page"]),
        .target(name: "Contract", exclude: ["asyncapi.yaml", "openapi.yaml"]),
        target("ParleyClient", ["COpenSSL", "NIOOpenSSL", nioConcurrency, nioCore, nioHTTP1, nioPosix]),
        target("LoadGenerator", ["NIOOpenSSL", "ParleyClient", histogram, nioConcurrency, nioCore, nioPosix]),
        .executableTarget(
            name: "parley",
            dependencies: [
                "LoadGenerator", "ParleyClient", "ParleyServer", "QRCode", argumentParser, logging, nioCore, nioPosix,
                unixSignals,
            ], swiftSettings: settings),

        .executableTarget(
            name: "EchoServer",
            dependencies: [
                "NIOOpenSSL", "WebSocketTransport", httpTypes, hummingbirdCore, logging, nioCore, nioHTTP1, nioPosix,
            ], path: "Tests/EchoServer", swiftSettings: settings),
        .executableTarget(
            name: "MicroBenchmarks",
            dependencies: [
                "Chat", "Counting", "Database", "Identity", "NIOOpenSSL", "OpenSSLCrypto", "ParleyServer", "TestTools",
                "WebSocketTransport", logging, nioConcurrency, nioCore, nioEmbedded, nioHTTP1, nioPosix, sqlite,
            ], path: "Tests/MicroBenchmarks", swiftSettings: settings),
        .target(name: "Counting", path: "Tests/Counting"),
        .executableTarget(
            name: "PeerLoad", dependencies: ["LoadGenerator", "ParleyClient"], path: "Tests/PeerLoad",
            swiftSettings: settings),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "Chat", "Identity", "NIOOpenSSL", "OpenSSLCrypto", "ParleyServer", "TestTools", "WebSocketTransport",
                logging, nioCore, nioEmbedded, nioHTTP1, nioPosix,
            ], path: "Tests/Fuzz", swiftSettings: settings),
        tests(of: "OpenSSLCrypto", [], exclude: ["Vectors"]),
        tests(of: "NIOOpenSSL", ["COpenSSL", nioConcurrency, nioCore, nioEmbedded, nioPosix]),
        tests(
            of: "WebSocketTransport",
            ["NIOOpenSSL", httpTypes, hummingbirdCore, logging, nioCore, nioEmbedded, nioHTTP1, nioPosix]),
        tests(of: "Database", []),
        tests(of: "QRCode", []),
        tests(of: "Identity", ["CommonPasswords", "Database", "OpenSSLCrypto"], exclude: ["Vectors"]),
        tests(
            of: "ParleyClient",
            [
                "LoadGenerator", "NIOOpenSSL", "OpenSSLCrypto", nioConcurrency, nioCore, nioHTTP1, nioPosix,
                nioWebSocket,
            ]),
        tests(
            of: "Chat",
            ["Database", "NIOOpenSSL", "WebSocketTransport", logging, nioConcurrency, nioCore, nioPosix]),
        .target(name: "TestTools", path: "Tests/TestTools", swiftSettings: settings),
        .target(
            name: "TestSupport",
            dependencies: [
                "Chat", "Identity", "NIOOpenSSL", "ParleyClient", "ParleyServer", "TestTools", logging, nioConcurrency,
                nioCore, nioPosix, serviceLifecycle,
            ], path: "Tests/TestSupport", swiftSettings: settings),
        tests(
            of: "ParleyServer",
            [
                "Chat", "Identity", "OpenSSLCrypto", "ParleyClient", "TestSupport", "parley", httpTypes, hummingbird,
                logging, nioConcurrency, nioCore, nioPosix, yams,
            ]),
        .testTarget(
            name: "SecurityTests",
            dependencies: [
                "Database", "Identity", "OpenSSLCrypto", "ParleyClient", "ParleyServer", "TestSupport", "TestTools",
                "parley", nioConcurrency, nioCore,
            ],
            swiftSettings: settings),
    ]
)
