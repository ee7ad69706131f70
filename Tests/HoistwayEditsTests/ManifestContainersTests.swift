import HoistwayEdits
import Testing

struct ManifestContainersTests {
    private static let text = """
        # of helm
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          template:
            spec:
              initContainers:
              - name: init
                image: "busybox:1" # first
              containers:
              - image: ghcr.io/acme/web:1.0.0
                name: web
              - {name: proxy, image: 'envoy:2'}
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata:
          name: job
        spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: job:3}]}}}}}
        ---
        apiVersion: v1
        kind: List
        items:
        - apiVersion: v1
          kind: Pod
          metadata: {name: pod}
          spec: {containers: [{name: c, image: pod:4}]}
        ---
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: crd}
        spec: {containers: [{name: c, image: never:5}]}
        ---
        containers: [{name: c, image: values:6}]

        """

    private func images(_ text: String) -> [String]? {
        ManifestContainers(of: Array(text.utf8)).map { found in
            found.images.sorted { $0.key < $1.key }.map { "\($0.key.kind)/\($0.key.name) \($0.key.path) \($0.value)" }
        }
    }

    @Test func `containers are found by their objects and names`() {
        #expect(
            images(Self.text) == [
                "CronJob/job spec.jobTemplate.spec.template.spec.containers.0 job:3",
                "Deployment/web spec.template.spec.containers.proxy envoy:2",
                "Deployment/web spec.template.spec.containers.web ghcr.io/acme/web:1.0.0",
                "Deployment/web spec.template.spec.initContainers.init busybox:1",
                "Pod/pod spec.containers.c pod:4",
            ]
        )
    }

    @Test func `JSON is read, and what is no YAML has nothing`() {
        let json =
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"a:1"}]}}"#
        #expect(images(json) == ["Pod/p spec.containers.c a:1"])
        #expect(images("a: [") == nil)
        #expect(images("{{ .Values }}: {{ x }}") == [])
        #expect(images("") == [])
    }

    @Test func `images are set, and no other byte changes`() throws {
        let before = Array(Self.text.utf8)
        let found = try #require(ManifestContainers(of: before))
        var wanted: [ManifestContainers.Key: String] = [:]
        for (key, image) in found.images where image != "pod:4" { wanted[key] = image + "-kept" }
        let edited = try #require(ManifestContainers.setting(wanted, in: before))
        let expected = ["busybox:1", "ghcr.io/acme/web:1.0.0", "envoy:2", "job:3"].reduce(Self.text) { text, image in
            text.split(separator: image, omittingEmptySubsequences: false).joined(separator: image + "-kept")
        }
        #expect(String(decoding: edited, as: UTF8.self) == expected)
        #expect(ManifestContainers.setting([:], in: before) == before)
    }

    @Test func `an image that stands at an anchor is not set`() throws {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: &n a:1}\nspec: {containers: [{name: c, image: *n}]}\n"
        let found = try #require(ManifestContainers(of: Array(text.utf8)))
        let key = try #require(found.images.keys.first)
        #expect(found.images[key] == "a:1")
        #expect(ManifestContainers.setting([key: "a:2"], in: Array(text.utf8)) == nil)
    }
}

struct ScalarLookupTests {
    @Test func `scalars are read by keys, and set as they were`() throws {
        let yaml = Array("a:\n  tag: 1.10 # c\n  n: 3\nb: 'x'\nflag: true\n".utf8)
        let found = ScalarLookup.scalars(of: ["a.tag", "a.n", "b", "flag", "a", "none", "a..b"], in: yaml, .yaml)
        #expect(found.mapValues(\.text) == ["a.tag": "1.10", "a.n": "3", "b": "x", "flag": "true"])
        let other = Array("a:\n  tag: 1.9 # d\n  n: 4\nb: 'y'\nflag: false\n".utf8)
        let set = try ScalarLookup.setting(found, in: other, .yaml)
        #expect(String(decoding: set, as: UTF8.self) == "a:\n  tag: \"1.10\" # d\n  n: 3\nb: 'x'\nflag: true\n")
        let json = Array(#"{"a": {"tag": "1.10"}}"#.utf8)
        let there = ScalarLookup.scalars(of: ["a.tag", "b"], in: json, .json)
        #expect(there.mapValues(\.text) == ["a.tag": "1.10"])
        let kept = try ScalarLookup.setting(there, in: Array(#"{"a": {"tag": "2"}}"#.utf8), .json)
        #expect(String(decoding: kept, as: UTF8.self) == #"{"a": {"tag": "1.10"}}"#)
        #expect(ScalarLookup.scalars(of: ["a"], in: Array("a: [".utf8), .yaml).isEmpty)
    }
}
