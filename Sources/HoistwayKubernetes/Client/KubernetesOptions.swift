package import HoistwayCrypto

/// Limits of a client.
package struct KubernetesOptions: Sendable {
    package var connectTimeout: Duration = .seconds(10)
    /// From a request to its head, and between two pieces of an answer.
    package var requestTimeout: Duration = .seconds(30)
    /// For one page of a list, without the time that its reader needs.
    package var pageTimeout: Duration = .seconds(120)
    /// Time after which the server is asked to end a watch, which then continues from the same place.
    ///
    /// It is below five minutes, which gateways often allow for a silent connection.
    package var watchTimeout: Duration = .seconds(290)
    /// A watch that is silent for this much longer is dead.
    package var watchMargin: Duration = .seconds(20)
    /// Objects in a page; 5,000 Applications of 20 KB are twenty pages of 5 MB, with one object in memory at a time.
    package var pageSize = 250
    /// All pages of a list together.
    package var listBounds = ListBounds()
    /// Largest object, in bytes: by default, the API server stores at most 1.5 MB.
    package var maxObjectBytes = 8 << 20
    /// Files with tokens and certificates are read again after this.
    ///
    /// The kubelet renews a token long before it ends:
    /// <https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/>.
    package var refreshInterval: Duration = .seconds(60)
    /// Sent as `User-Agent: hoistway/VERSION`, and as the field manager of writes.
    package var version = "dev"
    /// Gets every secret that is sent, and hides it in answers of the server.
    package var redactor = Redactor()

    package init() {}
}
