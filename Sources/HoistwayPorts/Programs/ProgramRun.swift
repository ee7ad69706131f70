package import HoistwayModel

/// A regular file that a program gets or leaves.
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

/// What a program may use at most; whatever passes a bound is killed, and nothing of its output is taken.
package struct ProgramLimits: Sendable, Equatable {
    /// From its start to its end.
    package var time: Duration = .seconds(120)
    /// On standard output.
    package var outputBytes = 32 << 20
    /// On standard error; only the last lines of it are kept.
    package var errorBytes = 64 << 20
    package var inputFiles = 50_000
    package var inputBytes = 256 << 20
    package var resultFiles = 20_000
    package var resultBytes = 128 << 20
    /// Of one file that it writes.
    package var fileBytes = 64 << 20
    /// In its private folder, its input included.
    package var diskBytes = 512 << 20
    package var diskEntries = 200_000
    /// Resident, of all its processes together; each may have four times as much address space.
    package var memoryBytes = 2 << 30
    package var processes = 128

    package init() {}
}

/// Where a program is.
package struct ProgramLocation: Sendable, Hashable {
    /// As messages name it: `helm`.
    package var name: String
    /// Absolute, without symlinks.
    package var path: String

    package init(name: String, path: String) {
        self.name = name
        self.path = path
    }
}

/// One run of a program over files that are given as values, in a private folder.
package struct ProgramRun: Sendable {
    package var program: ProgramLocation
    /// Without the program's name.
    ///
    /// Paths in them are relative to `workingFolder`.
    package var arguments: [String]
    /// Other programs that it starts by their absolute paths.
    package var companions: [ProgramLocation] = []
    package var files: [ProgramFile] = []
    /// Folders that are there at the start, empty if no file lies in them.
    package var folders: [GitPath] = []
    /// Where the program starts, below the root of the files; empty for the root.
    package var workingFolder = GitPath("")
    /// Files and folders that are read when it has ended well; those that it did not make are left out.
    package var results: [GitPath] = []
    package var limits = ProgramLimits()

    package init(_ program: ProgramLocation, _ arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }
}

/// What a program that ended with status 0 left.
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

/// What keeps a program from everything that is not its own.
package enum Sandbox: Sendable, Equatable, CustomStringConvertible {
    case bubblewrap(version: String)
    /// Namespaces made by `unshare`.
    case namespace
    /// The program sees the machine as this process does; the reason says what was tried.
    case none(reason: String)

    /// Whether the network and the machine's files are out of reach.
    package var isolates: Bool { if case .none = self { false } else { true } }

    package var description: String {
        switch self {
        case .bubblewrap(let version): "bubblewrap \(version)"
        case .namespace: "namespaces of its own (unshare)"
        case .none(let reason): "none: \(reason)"
        }
    }
}

/// Runs foreign programs.
///
/// Safe to use concurrently; how many run at once is for the caller to limit.
package protocol ProgramRunner: Sendable {
    var sandbox: Sandbox { get }
    /// Runs it to its end. A cancelled task kills it. When this returns, neither a process nor a file of it is left.
    func run(_ run: ProgramRun) async throws(ProgramFailure) -> ProgramOutput
}
