import Testing

@testable import HoistwayCommands

// I6
struct OpenFilesTests {
    @Test(arguments: [
        // soft, hard, wanted → limit, connections
        (1024, 1_048_576, 1024, 1664, 1024), (1024, 1024, 1024, 1024, 512), (1024, 1200, 1024, 1200, 600),
        (1024, 1500, 1024, 1500, 860), (65_536, 65_536, 1024, 65_536, 1024), (256, 256, 1024, 256, 128),
        (1024, 1 << 30, 10_000, 10_640, 10_000), (2, 2, 1024, 2, 1), (1024, 1024, 100, 1024, 100),
    ])
    func `connections leave room for all else`(soft: Int, hard: Int, wanted: Int, limit: Int, connections: Int) {
        #expect(
            OpenFiles.plan(soft: soft, hard: hard, wanted: wanted)
                == OpenFiles(limit: limit, connections: connections)
        )
    }
}
