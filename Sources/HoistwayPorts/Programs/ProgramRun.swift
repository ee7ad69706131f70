package import HoistwayModel

/// A regular file that a program reads or writes.
package struct ProgramFile: Sendable, Equatable {
    package var path: GitPath
    package var bytes: [UInt8]
    package var isExecutable: Bool

    package init(_ path: GitPath, _ bytes: [UInt8], isExecutable: Bool = false) {
        self.path = path
        self.bytes = bytes
        self.isExecutable = isExecutable
    }
}

/// The most that a program may use; a program that exceeds a limit is killed, and its output is discarded.
package struct ProgramLimits: Sendable, Equatable {
    /// Time from start to end.
    package var time: Duration = .seconds(120)
    /// Bytes on standard output.
    package var outputBytes = 32 << 20
    /// Bytes on standard error; only its last lines are kept.
    package var errorBytes = 64 << 20
    package var inputFiles = 50_000
    package var inputBytes = 256 << 20
    package var resultFiles = 20_000
    package var resultBytes = 128 << 20
    /// Bytes of one file that it writes.
    package var fileBytes = 64 << 20
    /// Bytes in its private folder, including its input.
    package var diskBytes = 512 << 20
    package var diskEntries = 200_000
    /// Resident memory of all its processes together; each process may have four times as much address space.
    package var memoryBytes = 2 << 30
    package var processes = 128

    package init() {}
}

/// The location of a program.
package struct ProgramLocation: Sendable, Hashable {
    /// The name in messages: `helm`.
    package var name: String
    /// Absolute, without symlinks.
    package var path: String

    package init(name: String, path: String) {
        self.name = name
        self.path = path
    }
}

/// One run of a program in a private folder, with its files given as values.
package struct ProgramRun: Sendable {
    package var program: ProgramLocation
    /// The arguments, without the program's name.
    ///
    /// Paths in them are relative to `workingFolder`.
    package var arguments: [String]
    /// Other programs that it starts by their absolute paths.
    package var companions: [ProgramLocation] = []
    package var files: [ProgramFile] = []
    /// Folders that exist at the start; empty if no file is in them.
    package var folders: [GitPath] = []
    /// The folder in which the program starts, below the root of the files; empty for the root.
    package var workingFolder = GitPath("")
    /// Files and folders to read after success; those that the program did not make are left out.
    package var results: [GitPath] = []
    package var limits = ProgramLimits()

    package init(_ program: ProgramLocation, _ arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }
}

/// The output of a program that ended with status 0.
package struct ProgramOutput: Sendable, Equatable {
    package var standardOutput: [UInt8]
    /// The last lines of standard error, cleaned.
    package var words: String
    /// By path, from the root of the files.
    package var results: [ProgramFile]

    package init(standardOutput: [UInt8], words: String, results: [ProgramFile]) {
        self.standardOutput = standardOutput
        self.words = words
        self.results = results
    }
}

/// How a program is separated from everything else on the machine.
package enum Sandbox: Sendable, Equatable, CustomStringConvertible {
    case bubblewrap(version: String)
    /// Namespaces that `unshare` makes.
    case namespace
    /// The program has the same access to the machine as this process; the reason says what was tried.
    case none(reason: String)

    /// Whether the program cannot reach the network and the machine's files.
    package var isolates: Bool { if case .none = self { false } else { true } }

    package var description: String {
        switch self {
        case .bubblewrap(let version): "bubblewrap \(version)"
        case .namespace: "namespaces of its own (unshare)"
        case .none(let reason): "none: \(reason)"
        }
    }
}

/// Runs external programs.
///
/// Safe to use concurrently; the caller limits how many run at the same time.
package protocol ProgramRunner: Sendable {
    var sandbox: Sandbox { get }
    /// Runs a program to its end. A cancelled task kills it. When this returns, no process and no file of it is left.
    func run(_ run: ProgramRun) async throws(ProgramFailure) -> ProgramOutput
}
