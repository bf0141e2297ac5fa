// swift-tools-version: 6.2
import PackageDescription

// Floors, lowest first. A target imports only targets of lower floors; docs/architecture.md says why.
//   0  CSQLite CZlib CZstd CMalloc · SQLite Compression JSON Telemetry Migrations
//   1  OTLP            bytes ⇄ spans and log records
//      Filters         the filter language of the lists
//   2  Conversations   spans → turns, messages, summaries; pure functions
//   3  Store           writer, readers, queries
//   4  Server          HTTP: ingest, API, page
//   5  Steno           the command line, configuration, the service group

let style: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "steno",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "steno", targets: ["Steno"])],
  dependencies: [
    .package(
      url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-protobuf.git", from: "1.39.0"),
  ],
  targets: [
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CMalloc"),
    .executableTarget(name: "EmbedText", swiftSettings: style),
    .plugin(name: "EmbedTextPlugin", capability: .buildTool(), dependencies: ["EmbedText"], path: "Plugins/EmbedText"),

    .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: style),
    .target(name: "Compression", dependencies: ["CZlib", "CZstd"], swiftSettings: style),
    .target(name: "JSON", swiftSettings: style),
    .target(name: "Telemetry", swiftSettings: style),
    .target(
      name: "Migrations", path: "Migrations", swiftSettings: style, plugins: ["EmbedTextPlugin"]),

    .target(name: "OTLP", dependencies: ["Telemetry", "JSON"], swiftSettings: style),
    .target(name: "Filters", dependencies: ["Telemetry"], swiftSettings: style),
    .target(
      name: "Conversations", dependencies: ["Telemetry", "JSON", "OTLP"], swiftSettings: style),
    .target(
      name: "Store",
      dependencies: [
        "CMalloc", "SQLite", "Compression", "JSON", "Telemetry", "Migrations", "OTLP", "Filters", "Conversations",
      ],
      swiftSettings: style, plugins: ["EmbedTextPlugin"]),
    .target(
      name: "Server",
      dependencies: [
        "Compression", "JSON", "Telemetry", "OTLP", "Filters", "Conversations", "Store",
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: style, plugins: ["EmbedTextPlugin"]),
    .executableTarget(
      name: "Steno",
      dependencies: [
        "CMalloc", "Telemetry", "JSON", "Conversations", "OTLP", "Store", "Server",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: style,
      linkerSettings: [
        // Swift's library, linked statically, asks for every symbol to be exported; nothing looks one up. With the
        // toolchain's own linker a stripped binary is 4.4 MB smaller.
        .unsafeFlags(
          [
            "-use-ld=lld", "-Xlinker", "--no-export-dynamic", "-Xlinker", "--icf=safe", "-Xlinker", "-z", "-Xlinker",
            "pack-relative-relocs",
          ], .when(platforms: [.linux], configuration: .release))
      ]),

    .target(name: "CAllocations", path: "Tests/CAllocations"),
    .testTarget(name: "TelemetryTests", dependencies: ["Telemetry"], swiftSettings: style),
    .testTarget(name: "FiltersTests", dependencies: ["Filters", "Telemetry"], swiftSettings: style),
    .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: style),
    .testTarget(
      name: "OTLPTests",
      dependencies: [
        "OTLP", "Telemetry", "JSON",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      swiftSettings: style),
    .testTarget(
      name: "ConversationsTests",
      dependencies: ["CAllocations", "Conversations", "OTLP", "Telemetry", "JSON"],
      swiftSettings: style),
    .testTarget(
      name: "StoreTests",
      dependencies: [
        "Store", "SQLite", "Compression", "Conversations", "Filters", "OTLP", "Telemetry", "JSON", "Migrations",
      ],
      swiftSettings: style),
    .testTarget(
      name: "ServerTests",
      dependencies: [
        "Server", "Store", "Conversations", "Compression", "OTLP", "Telemetry", "JSON",
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: style),
  ]
)
