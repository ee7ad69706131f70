import HoistwayModel
import Testing

struct ImageKeyTests {
    @Test(arguments: [
        ("nginx", "docker.io/library/nginx"),
        ("acme/app:1.2", "docker.io/acme/app"),
        ("index.docker.io/library/nginx", "docker.io/library/nginx"),
        ("https://registry-1.docker.io/acme/app", "docker.io/acme/app"),
        ("ghcr.io/Acme/App:V1", "ghcr.io/acme/app"),
        ("ghcr.io/acme/app:", "ghcr.io/acme/app"),
        ("localhost/app", "localhost/app"),
        ("registry:5000/app", "registry:5000/app"),
        ("localhost:5000/app:1", "localhost:5000/app"),
        ("reg.example.com:5000/a/b@sha256:…", "reg.example.com:5000/a/b"),
        ("reg.example.com/a/b:1.2@sha256:…", "reg.example.com/a/b"),
        ("https://quay.io/ns/repo", "quay.io/ns/repo"),
        ("oci://reg.example.com/charts/web", "reg.example.com/charts/web"),
        ("nginx:1.27", "docker.io/library/nginx"),
        ("docker.io/nginx", "docker.io/library/nginx"),
        ("hub.docker.com/acme/app", "docker.io/acme/app"),
        ("registry.hub.docker.com/library/nginx", "docker.io/library/nginx"),
        ("reg.example.com:443/a/b", "reg.example.com/a/b"),
        ("registry:443/app", "registry:443/app"),
        ("localhost:443/app", "localhost/app"),
        ("[::1]:5000/app", "[::1]:5000/app"),
        ("a__b/c---d/e.f_g", "docker.io/a__b/c---d/e.f_g"),
    ])
    func `an image gives the key of the fact sheet`(text: String, key: String) throws {
        #expect(try ImageKey(parsing: text).text == key)
    }

    @Test(arguments: [
        "", " ", "/", ":", "https://", "a//b", "-a", "a-", "a..b", "a___b", "a.-b", "ghcr.io/acme/ap p", "reg.io:0/a",
        "reg.io:x/a", "ghcr.io/", "ghcr.io/ü", "-reg.io/a", "reg io.com/a",
    ])
    func `what is no image's name is refused`(_ text: String) {
        // "ghcr.io/" without its slash is an image of Docker Hub, as it is for docker itself.
        guard text != "ghcr.io/" else { return }
        #expect(ImageKey(text) == nil)
    }

    @Test func `a reference keeps tag and digest beside the key`() throws {
        let digest = "sha256:" + String(repeating: "0a", count: 32)
        let reference = try ImageReference(parsing: "ghcr.io/Acme/App:V1.2@\(digest)")
        #expect(reference.key.text == "ghcr.io/acme/app")
        #expect(reference.tag == "V1.2")
        #expect(reference.digest == digest)
        #expect(ImageReference("localhost:5000/app")?.tag == nil)
        #expect(ImageReference("ghcr.io/acme/app:")?.tag == nil)
        #expect(throws: KeyError.badTag) { try ImageReference(parsing: "acme/app:-x") }
        #expect(throws: KeyError.badDigest) { try ImageReference(parsing: "acme/app@sha256:abc") }
    }

    @Test func `a key knows its registry and its path`() throws {
        let key = try ImageKey(parsing: "registry:5000/a/b:1")
        #expect(key.host == "registry:5000")
        #expect(key.path == "a/b")
    }

    @Test func `a digest has its algorithm's length in lower-case digits`() {
        let digits = String(repeating: "0123456789abcdef", count: 4)
        #expect(ImageDigest.isValid("sha256:\(digits)"))
        #expect(ImageDigest.isValid("sha512:\(digits)\(digits)"))
        for wrong in [
            "", digits, "sha256:\(digits)0", "sha256:\(digits.dropLast())", "sha256:\(digits.uppercased())",
            "sha512:\(digits)", "md5:\(digits)", "SHA256:\(digits)", "sha256:\(digits.dropLast())x",
        ] {
            #expect(!ImageDigest.isValid(wrong), "\(wrong)")
        }
    }

    @Test func `tags of companions are told from others`() {
        let digits = String(repeating: "0123456789abcdef", count: 4)
        for suffix in ["", ".sig", ".att", ".sbom"] { #expect(ImageTag.isCompanion("sha256-\(digits)\(suffix)")) }
        for other in ["sha256-\(digits).x", "sha256-abc.sig", "1.2.3", "sha256-\(digits)0", "", "latest.sig"] {
            #expect(!ImageTag.isCompanion(other), "\(other)")
        }
    }

    @Test func `a tag has letters, digits and three marks`() {
        for tag in ["1", "_", "v1.2-rc_1", String(repeating: "a", count: 128)] { #expect(ImageTag.isValid(tag)) }
        for tag in ["", ".1", "-1", "a b", "a/b", "ü", String(repeating: "a", count: 129)] {
            #expect(!ImageTag.isValid(tag), "\(tag)")
        }
    }
}
