import Testing

@testable import HoistwayEdits

/// helm-update-chart on a Chart.yaml, and helm-update-image of older manifests.
struct HelmEditTests {
    private typealias Dependency = ChartDependencies.Dependency
    private typealias Item = HelmImageUpdate.Item

    private static let chart = """
        apiVersion: v2
        name: umbrella # ours
        dependencies:
        - name: api
          version: 1.0.0 # pinned
          repository: oci://reg.test/charts
        - {name: api, version: "2.0.0", repository: "https://charts.test"}
        - name: web
          version: ^1.2.0
          repository: oci://reg.test/charts

        """

    @Test func `only the version of the dependency with that name and repository is set`() throws {
        let edit = try ChartUpdate.setVersions(
            [
                Dependency(name: "api", repository: "https://charts.test", version: "2.10"),
                Dependency(name: "web", repository: "oci://reg.test/charts", version: "1.3.0"),
            ],
            in: Array(Self.chart.utf8)
        )
        #expect(
            String(decoding: edit.bytes, as: UTF8.self)
                == Self.chart.replacing("\"2.0.0\"", with: "\"2.10\"").replacing("^1.2.0", with: "1.3.0")
        )
        #expect(edit.changes.map(\.old) == ["2.0.0", "^1.2.0"])
    }

    @Test func `a version that is set already changes nothing`() throws {
        let edit = try ChartUpdate.setVersions(
            [Dependency(name: "api", repository: "oci://reg.test/charts", version: "1.0.0")],
            in: Array(Self.chart.utf8)
        )
        #expect(!edit.changed)
    }

    @Test(arguments: [("api", "oci://reg.test/charts/"), ("API", "oci://reg.test/charts"), ("db", "")])
    func `a dependency that is not there is refused, with those that are`(_ name: String, _ repository: String) {
        do throws(UpdateFailure) {
            _ = try ChartUpdate.setVersions(
                [Dependency(name: name, repository: repository, version: "1")],
                in: Array(Self.chart.utf8)
            )
            Issue.record("accepted")
        } catch {
            #expect(
                error.message(file: "Chart.yaml").hasPrefix("Chart.yaml: the chart has no dependency with the name")
            )
            #expect(error.hint?.contains("api of oci://reg.test/charts") == true)
        }
    }

    @Test func `a chart without dependencies has none`() throws {
        #expect(try ChartDependencies(of: Array("name: a\n".utf8)).list.isEmpty)
        #expect(throws: UpdateFailure.self) {
            try ChartUpdate.setVersions(
                [Dependency(name: "a", repository: "b", version: "1")],
                in: Array("name: a\n".utf8)
            )
        }
    }

    @Test func `the message lists what differs between the locks, by name`() throws {
        func lock(_ versions: [String: String]) throws -> ChartDependencies {
            let lines = versions.map { "- {name: \($0.key), version: \($0.value), repository: r}\n" }.joined()
            return try ChartDependencies(of: Array(("dependencies:\n" + lines).utf8))
        }
        let before = try lock(["b": "1.0.0", "gone": "1.0.0", "same": "3.0.0"])
        let after = try lock(["b": "1.1.0", "a": "2.0.0", "same": "3.0.0"])
        #expect(
            ChartUpdate.message(path: "./src/chart", before: before, after: after) == """
                Updated chart dependencies for ./src/chart

                - a: 2.0.0
                - b: 1.0.0 -> 1.1.0
                - gone: removed
                """
        )
        #expect(ChartUpdate.message(path: "p", before: nil, after: before)?.contains("- b: 1.0.0") == true)
        #expect(ChartUpdate.message(path: "p", before: after, after: after) == nil)
    }

    @Test(arguments: [
        (HelmImageUpdate.Form.imageAndTag, "reg.test/api:1.10"), (.tag, "\"1.10\""),
        (.imageAndDigest, "reg.test/api@sha256:ab"), (.digest, "sha256:ab"),
    ])
    func `each form writes its part, quoted where a reader would take a number`(
        _ form: HelmImageUpdate.Form,
        _ written: String
    ) throws {
        let item = Item(image: "reg.test/api", key: "image.x", form: form, tag: "1.10", digest: "sha256:ab")
        let result = try HelmImageUpdate.apply([item], to: Array("image:\n  x: old # c\n".utf8))
        #expect(String(decoding: result.edit.bytes, as: UTF8.self) == "image:\n  x: \(written) # c\n")
        #expect(
            result.facts == [
                HelmImageUpdate.ImageFact(
                    key: "image.x",
                    image: "reg.test/api",
                    old: "old",
                    new: item.value ?? "",
                    place: TextPlace(line: 2, column: 6),
                    changed: true
                )
            ]
        )
    }

    @Test func `the words of the forms are Kargo's`() {
        #expect(HelmImageUpdate.Form.allCases.map(\.rawValue) == ["ImageAndTag", "Tag", "ImageAndDigest", "Digest"])
    }

    @Test func `a key's dots all separate, and its colons are its own`() throws {
        let item = Item(image: "i", key: "a.b:c.0", form: .tag, tag: "v2", digest: nil)
        let result = try HelmImageUpdate.apply([item], to: Array("a:\n  b:c: [v1]\n".utf8))
        #expect(String(decoding: result.edit.bytes, as: UTF8.self) == "a:\n  b:c: [v2]\n")
    }

    @Test func `a missing key, and a part that the freight lacks, are refused`() {
        let tag = Item(image: "i", key: "a.b", form: .tag, tag: "v2", digest: nil)
        #expect(throws: UpdateFailure.self) { try HelmImageUpdate.apply([tag], to: Array("a: {c: 1}\n".utf8)) }
        let digest = Item(image: "i", key: "a", form: .digest, tag: "v2", digest: nil)
        #expect(throws: UpdateFailure.imageWithoutVersion(image: "i", part: "digest")) {
            try HelmImageUpdate.apply([digest], to: Array("a: 1\n".utf8))
        }
    }

    @Test func `the message lists the images in the order of the step`() {
        let items = [
            Item(image: "z", key: "a", form: .tag, tag: "1", digest: "sha256:a"),
            Item(image: "a", key: "b", form: .imageAndDigest, tag: "1", digest: "sha256:a"),
        ]
        #expect(
            HelmImageUpdate.message(path: "./v.yaml", items: items)
                == "Updated ./v.yaml to use new images\n\n- z:1\n- a@sha256:a"
        )
        #expect(
            HelmImageUpdate.message(path: "./v.yaml", items: [items[0]]) == "Updated ./v.yaml to use new image\n\n- z:1"
        )
        #expect(HelmImageUpdate.message(path: "./v.yaml", items: []) == nil)
    }
}
