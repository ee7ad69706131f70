package import HoistwayCrypto

/// Bounds of a client.
package struct KubernetesOptions: Sendable {
    package var connectTimeout: Duration = .seconds(10)
    /// From a request to its head, and between two pieces of an answer.
    package var requestTimeout: Duration = .seconds(30)
    /// One page of a list, without the time that its reader takes.
    package var pageTimeout: Duration = .seconds(120)
    /// After this the server is asked to end a watch, which then begins anew where it was; below five minutes, which
    /// gateways often allow a silent connection.
    package var watchTimeout: Duration = .seconds(290)
    /// A watch that says nothing for this much longer is dead.
    package var watchMargin: Duration = .seconds(20)
    /// Objects of a page; 5,000 Applications of 20 KB are twenty pages of 5 MB, of which one object is in memory.
    package var pageSize = 250
    /// All pages of a list together.
    package var listBounds = ListBounds()
    /// Largest object, in bytes: the API server's store takes 1.5 MB by default.
    package var maxObjectBytes = 8 << 20
    /// Files with tokens and certificates are read again after this.
    ///
    /// The kubelet renews a token long before it ends:
    /// <https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/>.
    package var refreshInterval: Duration = .seconds(60)
    /// Sent as `User-Agent: hoistway/VERSION`, and as the manager of the fields that are written.
    package var version = "dev"
    /// Knows every secret that is sent; hides them in what the server says.
    package var redactor = Redactor()

    package init() {}
}
