import HoistwayEdits
import Testing

/// T4: the entries whose result is the image are set, so that no idle entry is added beside them.
struct ImagePlanTests {
    private static let image = "reg.test/shop/app"

    private func set(_ text: String, _ requests: [ImageRequest]) throws -> (KustomizationEdit, ImagePlan, String) {
        let bytes = Array(text.utf8)
        let plan = ImagePlan(requests, on: try KustomizationImages.entries(of: bytes))
        let edit = try KustomizationEditor.setImages(document: bytes, targets: plan.targets)
        return (edit, plan, String(decoding: edit.bytes, as: UTF8.self))
    }

    private static func freight(_ image: String = image) -> ImageRequest {
        ImageRequest(image: image, tag: .value("1.1.0"), digest: .value("sha256:ab"))
    }

    @Test func `T4: an entry that results in the image keeps its name and its comments, and gets the version`() throws {
        let (edit, plan, text) = try set(
            """
            # Kept.
            images:
            - name: frontend  # as the manifests have it
              newName: reg.test/shop/app
              newTag: v0      # the version
            - name: other
              newTag: "2"

            """,
            [Self.freight()]
        )
        #expect(
            text == """
                # Kept.
                images:
                - name: frontend  # as the manifests have it
                  newName: reg.test/shop/app
                  newTag: 1.1.0      # the version
                  digest: sha256:ab
                - name: other
                  newTag: "2"

                """
        )
        #expect(plan.images == ["frontend": Self.image] && edit.removals == [])
    }

    @Test(arguments: [
        // Several entries with one result.
        (
            "- {name: a, newName: reg.test/shop/app, newTag: v0}\n- {name: b, newName: reg.test/shop/app, newTag: v1}",
            "- {name: a, newName: reg.test/shop/app, newTag: 1.1.0, digest: sha256:ab}\n"
                + "- {name: b, newName: reg.test/shop/app, newTag: 1.1.0, digest: sha256:ab}"
        ),
        // A digest, and a tag that is a number.
        (
            "- name: a\n  newName: reg.test/shop/app\n  newTag: 1.10\n  digest: sha256:00",
            "- name: a\n  newName: reg.test/shop/app\n  newTag: 1.1.0\n  digest: sha256:ab"
        ),
        // newName equal to the name.
        (
            "- name: reg.test/shop/app\n  newName: reg.test/shop/app\n  newTag: v0",
            "- name: reg.test/shop/app\n  newName: reg.test/shop/app\n  newTag: 1.1.0\n  digest: sha256:ab"
        ),
        // The result comes before the name.
        (
            "- name: a\n  newName: reg.test/shop/app\n  newTag: v0\n- name: reg.test/shop/app\n  newName: mirror/app",
            "- name: a\n  newName: reg.test/shop/app\n  newTag: 1.1.0\n  digest: sha256:ab\n"
                + "- name: reg.test/shop/app\n  newName: mirror/app"
        ),
        // Only the name: replaced as Kargo does.
        (
            "- name: reg.test/shop/app\n  newName: mirror/app\n  newTag: v0",
            "- name: reg.test/shop/app\n  newTag: 1.1.0\n  digest: sha256:ab"
        ),
        // Neither: added.
        (
            "- name: other\n  newTag: v0",
            "- name: other\n  newTag: v0\n- name: reg.test/shop/app\n  newTag: 1.1.0\n  digest: sha256:ab"
        ),
        // A name with a tag meets that tag alone, and has the image as its result.
        (
            "- name: reg.test/shop/app:v1\n  newTag: v2",
            "- name: reg.test/shop/app:v1\n  newTag: 1.1.0\n  digest: sha256:ab"
        ),
        // A newName with a tag is another text than the image.
        (
            "- name: a\n  newName: reg.test/shop/app:v1",
            "- name: a\n  newName: reg.test/shop/app:v1\n- name: reg.test/shop/app\n  newTag: 1.1.0\n  digest: sha256:ab"
        ),
        // Upper case, as only a registry's host can have it.
        (
            "- name: a\n  newName: REG.test/shop/app\n  newTag: v0",
            "- name: a\n  newName: REG.test/shop/app\n  newTag: 1.1.0\n  digest: sha256:ab"
        ),
        // A list in flow style.
        (
            "[{name: a, newName: reg.test/shop/app}, {name: b, newTag: v0}]",
            "[{name: a, newName: reg.test/shop/app, newTag: 1.1.0, digest: sha256:ab}, {name: b, newTag: v0}]"
        ),
        // Of two entries with one name the first counts, as for kustomize.
        (
            "- name: a\n  newName: reg.test/shop/app\n- name: a\n  newName: other",
            "- name: a\n  newName: reg.test/shop/app\n  newTag: 1.1.0\n  digest: sha256:ab"
        ),
    ])
    func `T4: entries before and after`(before: String, after: String) throws {
        let lead = before.hasPrefix("[") ? "images: " : "images:\n"
        let (edit, _, text) = try set(lead + before + "\n", [Self.freight()])
        #expect(text == lead + after + "\n")
        #expect(try !set(text, [Self.freight()]).0.changed, "a second time changes nothing")
        #expect(edit.entriesAfter.contains { $0.results(in: Self.image) && $0.digest == "sha256:ab" })
    }

    @Test(arguments: [
        ("nginx", "docker.io/library/nginx"), ("docker.io/library/nginx", "nginx"), ("acme/app", "docker.io/acme/app"),
        ("localhost:5000/app", "localhost:5000/app"), ("reg.test:443/app", "reg.test/app"),
    ])
    func `T4: an image is the same in each of its forms`(written: String, carried: String) throws {
        for text in ["- name: a\n  newName: \(written)\n", "- name: \(written)\n"] {
            let (edit, _, _) = try set("images:\n\(text)", [Self.freight(carried)])
            #expect(edit.entriesAfter.count == 1 && edit.entriesAfter[0].newTag == "1.1.0", "\(edit.entriesAfter)")
        }
    }

    @Test(arguments: ["localhost:5000/app", "reg.test/app-worker", "other.test/app"])
    func `T4: another image is not the image`(written: String) throws {
        let (edit, _, _) = try set("images:\n- name: a\n  newName: \(written)\n", [Self.freight("reg.test/app")])
        #expect(edit.entriesAfter.map(\.name) == ["a", "reg.test/app"])
        #expect(edit.entriesAfter[0].newTag == nil)
    }

    @Test func `T4: an entry that is named is set alone, and keeps a newName that is the image`() throws {
        let text = "images:\n- {name: a, newName: reg.test/shop/app}\n- {name: b, newName: reg.test/shop/app}\n"
        var request = Self.freight()
        request.name = "b"
        let (edit, _, _) = try set(text, [request])
        #expect(edit.entriesAfter[0] == ImageEntry(name: "a", newName: Self.image))
        let set = ImageEntry(name: "b", newName: Self.image, newTag: "1.1.0", digest: "sha256:ab")
        #expect(edit.entriesAfter[1] == set)
    }

    @Test func `T4: an entry that makes another requested image of an image is not taken from it`() throws {
        let (edit, plan, _) = try set(
            "images:\n- name: a\n  newName: b\n",
            [Self.freight("a"), ImageRequest(image: "b", tag: .value("2"))]
        )
        #expect(edit.entriesAfter == [ImageEntry(name: "a", newName: "b", newTag: "2")])
        #expect(plan.unset == ["a"])
    }

    @Test(arguments: ["&x ", "*x", "!!str "])
    func `T4: what stands for the entry from elsewhere is refused, not changed in two places`(mark: String) throws {
        let value = mark == "*x" ? "*x" : "\(mark)v0"
        let text = "x: &x v1\nimages:\n- name: a\n  newName: reg.test/shop/app\n  newTag: \(value)\n"
        #expect(throws: EditFailure.self) {
            try set(mark == "&x " ? String(text.dropFirst(9)) : text, [Self.freight()])
        }
    }

    // MARK: T5

    @Test func `T5: what an edit takes away is listed, part by part`() throws {
        let (edit, _, _) = try set(
            """
            images:
            - name: reg.test/shop/app
              newName: mirror/app
              tagSuffix: -alpine
              newTag: v0
              digest: sha256:00
            - name: reg.test/shop/app
              newTag: v9

            """,
            [ImageRequest(image: Self.image, tag: .value("1.1.0"))]
        )
        #expect(
            edit.removals.map(\.description) == [
                "newName mirror/app of reg.test/shop/app", "the digest pin of reg.test/shop/app",
                "tagSuffix -alpine of reg.test/shop/app", "a second entry of reg.test/shop/app (reg.test/shop/app:v9)",
            ]
        )
    }

    @Test func `T5: a tag without a digest, set by digest, is lost only where nothing takes its place`() throws {
        let (byDigest, _, _) = try set(
            "images:\n- name: reg.test/shop/app\n  newTag: v0\n",
            [ImageRequest(image: Self.image, digest: .value("sha256:ab"))]
        )
        #expect(byDigest.removals == [])
        let (kept, _, _) = try set(
            "images:\n- name: reg.test/shop/app\n  newName: mirror/app\n",
            [ImageRequest(image: Self.image, newName: .keep, tag: .value("1"))]
        )
        #expect(kept.removals == [] && kept.entriesAfter[0].newName == "mirror/app")
    }
}
