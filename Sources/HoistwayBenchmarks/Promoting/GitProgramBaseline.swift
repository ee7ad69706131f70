import Foundation
import HoistwayTestServers

/// The same edit by a script with the `git` program: the baseline for Hoistway.
struct GitProgramBaseline {
    private let folder: String
    private let url: String
    private let file: String
    private let branch = SeededRepository.baselineBranch

    /// `folder`: for work trees, on tmpfs where it exists.
    init(folder: String, url: String, editing directory: String) {
        self.folder = folder
        self.url = url
        file = "\(directory)/kustomization.yaml"
    }

    /// Milliseconds from clone to push.
    func freshClone(version: Int) async throws -> Double {
        let work = "\(folder)/fresh"
        try? FileManager.default.removeItem(atPath: work)  // Absent the first time.
        return try await Stopwatch.milliseconds(
            script:
                """
                git clone -q --depth=1 --single-branch --branch \(branch) \(url) \(work)
                cd \(work)
                \(edit(version))
                git push -q origin \(branch)
                """
        )
    }

    /// Not timed: the preparation of a persistent clone.
    func prepareClone() async throws {
        _ = try await Stopwatch.milliseconds(
            script:
                "git clone -q --branch \(branch) \(url) \(folder)/kept\ngit -C \(folder)/kept config gc.auto 0"
        )
    }

    /// Milliseconds from fetch to push.
    func keptClone(version: Int) async throws -> Double {
        try await Stopwatch.milliseconds(
            script:
                """
                cd \(folder)/kept
                git fetch -q origin \(branch)
                git reset -q --hard FETCH_HEAD
                \(edit(version))
                git push -q origin \(branch)
                """
        )
    }

    /// Milliseconds for all these branches, one after the other.
    func keptClone(branches: [String], version: Int) async throws -> Double {
        try await Stopwatch.milliseconds(
            script:
                """
                cd \(folder)/kept
                for branch in \(branches.joined(separator: " ")); do
                    git fetch -q origin $branch
                    git checkout -q -B $branch FETCH_HEAD
                    \(edit(version))
                    git push -q origin $branch
                done
                """
        )
    }

    /// Milliseconds for the kustomizations of all these folders, one after the other, each as its own update.
    func keptClone(folders: [String], version: Int) async throws -> Double {
        try await Stopwatch.milliseconds(
            script:
                """
                cd \(folder)/kept
                for folder in \(folders.joined(separator: " ")); do
                    git fetch -q origin \(branch)
                    git reset -q --hard FETCH_HEAD
                    \(edit(version, in: "$folder/kustomization.yaml"))
                    git push -q origin \(branch)
                done
                """
        )
    }

    private func edit(_ version: Int, in other: String? = nil) -> String {
        let file = other ?? file
        return "sed -i 's/newTag: [^ ]*/newTag: 1.0.\(version)/' \(file)"
            + " && git commit -q -a -m 'Promote 1.0.\(version)'"
    }
}
