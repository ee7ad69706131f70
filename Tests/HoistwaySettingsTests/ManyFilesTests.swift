import HoistwayModel
import Testing

@testable import HoistwaySettings

/// Files are read, and projects are checked, on all processors: what is told does not depend on which ends first.
struct ManyFilesTests {
    private static func pipeline(_ number: Int) -> String {
        let head = "apiVersion: kargo.akuity.io/v1alpha1\nkind:"
        let branch = number.isMultiple(of: 10) ? "shared" : "env/\(number)"
        return """
            \(head) Project
            metadata: {name: p\(number), labels: {a: b, a: c}}
            ---
            \(head) Warehouse
            metadata: {name: main, namespace: p\(number)}
            spec: {subscriptions: [{image: {repoURL: ghcr.io/acme/app\(number), constraint: ">=0.0.0"}}]}
            ---
            \(head) Stage
            metadata: {name: test, namespace: p\(number)}
            spec:
              requestedFreight: [{origin: {kind: Warehouse, name: main}, sources: {direct: true}}]
              promotionTemplate:
                spec:
                  steps:
                    - uses: git-clone
                      config:
                        repoURL: https://example.com/acme/deploy.git
                        checkout: [{branch: main, path: ./src}, {branch: \(branch), create: true, path: ./out}]
                    - {uses: git-clear, config: {path: ./out}}
                    - {uses: copy, config: {inPath: ./src/\(number), outPath: ./out}}
                    - {uses: git-commit, config: {path: ./out, message: m}}
                    - {uses: git-push, config: {path: ./out, force: true}}
                    - {uses: http, config: {url: "ftp://example.com/\(number)"}}

            """
    }

    @Test func `problems of many files are told in the same order each time`() throws {
        var files = ["hoistway.yaml": "manifests: [\"pipelines/*.yaml\"]"]
        for number in 100..<150 { files["pipelines/\(number).yaml"] = Self.pipeline(number) }
        files["pipelines/125.yaml"] = "kind: [\n"
        let sandbox = try Sandbox(files)
        let (loaded, told) = sandbox.load()
        #expect(loaded == nil)
        func numbers(_ part: String) -> [Int] {
            told.filter { $0.message.contains(part) }.compactMap { Int($0.place.file.suffix(8).prefix(3)) }
        }
        let all = (100..<150).filter { $0 != 125 }
        #expect(numbers("the key a is given twice") == all)
        #expect(numbers("force: true has no effect") == all)
        #expect(numbers("url is not an http or https URL") == all)
        #expect(numbers("not readable as YAML") == [125])
        // All of them clear one branch: each is laid beside the first.
        #expect(numbers("both clear the branch shared") == [110, 120, 130, 140])
        for _ in 0..<5 { #expect(sandbox.load().1 == told) }
    }
}
