import HoistwayModel
import Testing

struct KargoURLTests {
    @Test(arguments: [
        ("https://GitHub.com/Acme/Deploy.git", "https://github.com/acme/deploy"),
        ("https://user:tok@github.com/acme/app/", "https://github.com/acme/app"),
        ("https://github.com/acme/app.git/", "https://github.com/acme/app"),
        ("https://github.com/acme/app?x=1", "https://github.com/acme/app?x=1"),
        ("HTTP://Host:3000/A.git", "http://host:3000/a"),
        ("ssh://Git@Host:2222/A/B.git", "ssh://git@host:2222/a/b"),
        ("git@GitHub.com:Acme/App.git", "ssh://git@github.com/acme/app"),
        (" https://github.com/acme/\u{200b}app ", "https://github.com/acme/app"),
        ("No Url", "No Url"),
    ])
    func `a Git URL is written as Kargo writes it`(url: String, normalised: String) {
        #expect(KargoURL.git(url) == normalised)
    }

    @Test(arguments: [
        ("docker.io/library/nginx", "nginx"),
        ("index.docker.io/acme/app", "acme/app"),
        ("registry-1.docker.io/library/nginx", "nginx"),
        ("library/nginx", "nginx"),
        ("Nginx", "nginx"),
        ("ghcr.io/Acme/App", "ghcr.io/acme/app"),
        ("reg.example.com:443/a", "reg.example.com:443/a"),
        ("hub.docker.com/acme/app", "hub.docker.com/acme/app"),
        ("Not An Image", "Not An Image"),
        ("nginx:1.2", "nginx:1.2"),
    ])
    func `an image is written as Kargo writes it`(image: String, normalised: String) {
        #expect(KargoURL.image(image) == normalised)
    }

    @Test(arguments: [
        ("oci://GHCR.io/acme/charts/guestbook", "ghcr.io/acme/charts/guestbook"),
        ("https://Charts.example.com/Stable", "https://charts.example.com/stable"),
        ("oci://docker.io/library/web", "web"),
    ])
    func `a chart's repository is written as Kargo writes it`(url: String, normalised: String) {
        #expect(KargoURL.chart(url) == normalised)
    }
}
