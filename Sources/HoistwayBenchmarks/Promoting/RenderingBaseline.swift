import Foundation
import HoistwayTestServers

/// The same pipelines by a script with the `git` and `kubectl` programs.
struct RenderingBaseline {
    /// For work trees, on tmpfs where it exists.
    let folder: String
    let url: String

    /// Milliseconds for the ten steps of ``BenchSteps/ten``, in new shallow clones of both branches.
    func freshClones(editing source: String, branch: String, version: Int) async throws -> Double {
        try? FileManager.default.removeItem(atPath: "\(folder)/src")  // Absent the first time.
        try? FileManager.default.removeItem(atPath: "\(folder)/out")  // Absent the first time.
        return try await Stopwatch.milliseconds(
            script:
                """
                cd \(folder)
                git clone -q --depth=1 --single-branch --branch \(SeededRepository.branch) \(url) src
                git clone -q --depth=1 --single-branch --branch \(branch) \(url) out
                git -C out rm -r -q --ignore-unmatch .
                mkdir -p out
                sed -i 's/newTag: [^ ]*/newTag: 1.0.\(version)/' src/\(source)/kustomization.yaml
                sed -i 's/tag: [^ ]*/tag: 1.0.\(version)/' src/\(source)/values.yaml
                cp src/\(source)/values.yaml out/
                kubectl kustomize src/\(source) >out/manifests.yaml
                printf 1.0.\(version) >out/VERSION
                grep -q 'tag: 1.0.\(version) ' out/values.yaml
                git -C out add -A
                git -C out commit -q -m 'Promote 1.0.\(version)'
                git -C out push -q origin \(branch)
                """
        )
    }

    /// Not timed: a persistent clone, and an orphan branch of one commit for each stage.
    func prepare(branches: [String]) async throws {
        _ = try await Stopwatch.milliseconds(
            script:
                """
                cd \(folder)
                git clone -q --branch \(SeededRepository.branch) \(url) kept
                git -C kept config gc.auto 0
                git init -q out
                git -C out config gc.auto 0
                git -C out remote add origin \(url)
                for branch in \(branches.joined(separator: " ")); do
                    git -C out checkout -q --orphan $branch
                    git -C out commit -q --allow-empty -m 'Initial commit'
                    git -C out push -q origin $branch
                done
                """
        )
    }

    /// Milliseconds to render each folder to its branch from a persistent clone, one after the other.
    func render(_ stages: [(folder: String, branch: String)], version: Int) async throws -> Double {
        let each = stages.map { stage in
            """
            git -C kept fetch -q origin \(SeededRepository.branch)
            git -C kept reset -q --hard FETCH_HEAD
            sed -i 's/newTag: [^ ]*/newTag: 1.0.\(version)/' kept/\(stage.folder)/kustomization.yaml
            git -C out fetch -q origin \(stage.branch)
            git -C out checkout -q -B \(stage.branch) FETCH_HEAD
            kubectl kustomize kept/\(stage.folder) >out/deployment-app.yaml
            git -C out add -A
            git -C out commit -q -m 'Promote 1.0.\(version)'
            git -C out push -q origin \(stage.branch)
            """
        }
        return try await Stopwatch.milliseconds(script: (["cd \(folder)"] + each).joined(separator: "\n"))
    }
}
