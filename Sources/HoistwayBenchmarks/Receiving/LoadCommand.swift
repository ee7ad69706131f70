import ArgumentParser
import Foundation
import NIOCore
import NIOPosix

/// The result of a load, which one process passes to another.
struct LoadResult: Codable, Sendable {
    /// Printed when the clock starts, after all requests have been signed.
    static let startMark = "started"

    var accepted: Int
    var duplicates: Int
    var unavailable: Int
    /// With the answer 401.
    var refused: Int
    var other: Int
    var seconds: Double
    /// Milliseconds.
    var p50: Double
    var p99: Double
    var p999: Double

    var rate: Double { Double(accepted) / seconds }
    var refusalRate: Double { Double(refused) / seconds }
}

/// Sends signed pushes as fast as the answers come: in a process of its own, with one thread.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "load", shouldDisplay: false)

    @Option var port: Int
    @Option var path: String
    @Option var secret: String
    @Option var connections = 64
    @Option var seconds = 5.0
    @Option var limit: Int
    @Option var first: UInt64 = 0

    func run() async throws {
        let pushes = try SignedPushes(count: limit, first: first, path: path, secret: secret)
        FigureTable.line(LoadResult.startMark)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let result = try await Self.load(pushes, connections, port: port, seconds: seconds, on: group.next())
        try await group.shutdownGracefully()
        FileHandle.standardOutput.write(try JSONEncoder().encode(result) + Data("\n".utf8))
    }

    private static func load(
        _ pushes: SignedPushes,
        _ connections: Int,
        port: Int,
        seconds: Double,
        on loop: any EventLoop
    ) async throws -> LoadResult {
        try await loop.flatSubmit {
            let start = NIODeadline.now()
            let state = LoadState(pushes: pushes, deadline: start + .milliseconds(Int64(seconds * 1000)))
            let bound = NIOLoopBound(state, eventLoop: loop)
            let ends = (0..<connections).map { _ in
                ClientBootstrap(group: loop)
                    .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(LoadConnection(bound.value))
                        }
                    }
                    .connect(host: "127.0.0.1", port: port)
                    .flatMap { $0.closeFuture }
            }
            return EventLoopFuture.andAllSucceed(ends, on: loop).map { result(of: bound.value, start: start) }
        }.get()
    }

    private static func result(of state: LoadState, start: NIODeadline) -> LoadResult {
        let tally = state.tally
        let times = tally.microseconds.sorted().map { Double($0) / 1000 }
        return LoadResult(
            accepted: tally.accepted,
            duplicates: tally.duplicates,
            unavailable: tally.unavailable,
            refused: tally.refused,
            other: tally.other,
            seconds: Double((state.lastAnswer - start).nanoseconds) / 1e9,
            p50: Statistics.percentile(times, 0.5),
            p99: Statistics.percentile(times, 0.99),
            p999: Statistics.percentile(times, 0.999)
        )
    }
}
