import HoistwayCrypto
import HoistwayModel
import Testing

struct FreightIdentityTests {
    let guestbook = WarehouseKey(project: "any", name: "guestbook")

    func commit(tag: String? = nil) throws -> Artifact {
        let id = try #require(ObjectID("0123456789abcdef0123456789abcdef01234567"))
        return .commit(CommitArtifact(repoURL: "https://GitHub.com/Acme/Deploy.git", id: id, branch: "x", tag: tag))
    }

    var image: Artifact {
        let digest = "sha256:" + String(repeating: "a", count: 64)
        return .image(ImageArtifact(repoURL: "ghcr.io/acme/guestbook", tag: "1.2.3", digest: digest))
    }

    var chart: Artifact {
        .chart(ChartArtifact(repoURL: "oci://ghcr.io/acme/charts/guestbook", name: "", version: "4.5.6"))
    }

    func id(_ artifacts: Artifact...) -> String {
        FreightIdentity.id(origin: guestbook, artifacts: artifacts, sha1: SHA1.hash).text
    }

    @Test func `freight has the id that Kargo gives it`() throws {
        #expect(id(image) == "fa6f2695c5497c26b6ec0edefaf039e818519158")
        #expect(id(try commit()) == "121104d82802891af76ef0814eecf23f75267ca0")
        #expect(id(try commit(tag: "v1.2.3")) == "c0acb00d840225d32239b7ce90d3bf0819bafbb4")
        #expect(id(chart) == "84c5b6c5c977c8bbb268ba11679023f7d8d93093")
        #expect(id(image, try commit(), chart) == "90f8a8655bf35aefeef5446cb74c4a8ca41525e5")
        #expect(id(chart, image, try commit()) == "90f8a8655bf35aefeef5446cb74c4a8ca41525e5")
    }

    @Test func `freight of a running Kargo has the same id here`() {
        let digest = "sha256:f28a6bcae1c32a35e45678de83099e91520eb8ad0777ed1864592269eca89156"
        let image = ImageArtifact(repoURL: "docker.io/okrehel/minirepo", tag: "2409.27.3", digest: digest)
        let origin = WarehouseKey(project: "kargo-demo", name: "kargo-demo")
        let id = FreightIdentity.id(origin: origin, artifacts: [.image(image)], sha1: SHA1.hash)
        #expect(id.text == "1424c04cccbf0b8a1364cd5fc7651bc989b52cdc")
        let collection = FreightIdentity.collectionID(of: [id], sha1: SHA1.hash)
        #expect(collection == "1948ea786cddf78d86f43b9f6f18122de6a1b70c")
    }

    @Test func `a collection's id does not depend on its order`() throws {
        let freight = [FreightID(id(image)), FreightID(id(try commit()))]
        for order in [freight, freight.reversed()] {
            let id = FreightIdentity.collectionID(of: order, sha1: SHA1.hash)
            #expect(id == "6bff9ef88210f4f1cbf390f479f7c0db5464ccb8")
        }
    }

    @Test func `a chart's URL is cleaned as a path`() {
        let chart = ChartArtifact(repoURL: "https://Charts.example.com/a//b/../c/", name: "web", version: "1.0.0")
        let text = FreightIdentity.canonicalText(origin: guestbook, artifacts: [.chart(chart)])
        #expect(text == "Warehouse/guestbook:https:/charts.example.com/a/c/web:1.0.0")
    }
}
