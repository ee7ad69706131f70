import HoistwayEvents
import HoistwayModel

extension ConfigurationReference {
    /// The rows of the page, in its order.
    static let rows: [ReferenceKey] = [
        ReferenceKey(
            "mode",
            .choice(of: PromotionMode.self),
            default: "`promote`",
            "`promote` or `observe`. In [observe](Glossary.md) mode promotions run and keep their diffs, but push nothing. Can also be set for a project or a stage"
        ),
        ReferenceKey(
            "strict",
            .flag,
            default: "`false`",
            "`true`: unknown fields in Kargo manifests are errors. `false`: they are warnings"
        ),
        ReferenceKey(
            "kubernetes.clusters.NAME.kubeconfig",
            .path,
            "The kubeconfig file for this cluster. Argo CD features need at least one cluster"
        ),
        ReferenceKey(
            "kubernetes.clusters.NAME.context",
            .text,
            default: "the file's `current-context`",
            "The context in that kubeconfig"
        ),
        ReferenceKey(
            "kubernetes.clusters.NAME.inCluster",
            .flag,
            default: "`false`",
            "`true`: use the service account of the pod that Hoistway runs in. Replaces `kubeconfig`"
        ),
        ReferenceKey(
            "argocd.cluster",
            .text,
            default: "the only cluster",
            "The cluster where the Applications are. If there are several clusters, it must be set here or for each project. Can also be set for a project"
        ),
        ReferenceKey(
            "argocd.namespace",
            .text,
            default: "`argocd`",
            "The namespace of Applications if a step names no namespace. Can also be set for a project"
        ),
        ReferenceKey(
            "argocd.instance",
            .text,
            "The name of this Hoistway in an Application's annotation `hoistway.dev/authorized-stage: [instance/]project:stage`"
        ),
        ReferenceKey(
            "argocd.kargoAnnotation",
            .flag,
            default: "`true`",
            "Whether the annotation `kargo.akuity.io/authorized-stage` is accepted too"
        ),
        ReferenceKey(
            "argocd.refresh",
            .flag,
            default: "`false`",
            "`true`: after a push, refresh the Applications that the push changes. Use it in place of Argo CD's own webhook. Can also be set for a project"
        ),
        ReferenceKey(
            "argocd.whenMissing",
            .choice(of: MissingArgoCD.self),
            default: "`fail`",
            "The behaviour of `argocd-update`, `argocd-wait` and `argoCDAppUpdates` while no cluster is configured. `fail`: the promotion fails. `skip`: the steps are skipped; use it if Argo CD follows the branches itself. A stage whose steps are all skipped never verifies freight. A promotion that an earlier version stored skips them in any case. Can also be set for a project"
        ),
        ReferenceKey(
            "imageUpdater.enabled",
            .flag,
            default: "`false`",
            "`true`: create stages from the Applications of Argo CD Image Updater: see [Follow Image Updater's Applications live](ImageUpdaterLive.md). The Applications are read from the cluster `argocd.cluster`"
        ),
        ReferenceKey(
            "imageUpdater.projects",
            .texts,
            "The AppProjects whose Applications become stages. Needs at least one entry if `enabled` is `true`"
        ),
        ReferenceKey(
            "imageUpdater.allowedBranches",
            .texts,
            "The branches that may be pushed for these Applications. Patterns are allowed (`env/*`). `HEAD` is the default branch of a repository"
        ),
        ReferenceKey(
            "verification.whenMissing",
            .choice(of: MissingVerification.self),
            default: "`wait`",
            "How freight is verified in a stage whose manifest has `verification`. Hoistway does not run AnalysisTemplates. `wait`: it waits for `hoistway verify STAGE [FREIGHT]`. `health`: freight is verified as soon as the stage is healthy, as in a stage without `verification`. A change takes effect immediately, also for freight that is waiting. Can also be set for a project"
        ),
        ReferenceKey(
            "sharedResources.namespace",
            .text,
            default: "`kargo-shared-resources`",
            "The namespace that all projects share. All projects use its credentials: Secrets with the label `kargo.akuity.io/cred-type: git`, `image` or `helm`. `sharedConfigMap()` and `sharedSecret()` read its ConfigMaps and generic Secrets"
        ),
        ReferenceKey(
            "promotions.statuses",
            .flag,
            default: "`false`",
            "Whether Hoistway sets commit statuses at the Git host: see [commit statuses](CommitStatuses.md). Can also be set for a project"
        ),
        ReferenceKey(
            "http.hosts",
            .texts,
            default: "every host with a public address",
            "The hosts to which the steps `http`, `http-download` and `send-message` may send requests: `api.example.com`, `*.example.com` (every name below it), or `*`. Add `:port` to allow only that port. All keys of `http` can also be set for a project"
        ),
        ReferenceKey(
            "http.privateHosts",
            .texts,
            "Hosts that may have a private address: loopback, link-local, a cloud's metadata service, `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16`, `100.64.0.0/10`, and the same kinds in IPv6. Requests to these hosts are allowed even if `http.hosts` does not list them. Hoistway checks each address of a host, and connects only to an address that it has checked"
        ),
        ReferenceKey(
            "http.secrets",
            .textLists,
            "For each name of a Secret, the hosts to which its values may be sent. The steps read the Secret with `secret()` or `sharedSecret()`. A request to another host is refused, and the step fails"
        ),
        ReferenceKey(
            "http.repeat",
            .choice(of: HTTPOptions.Repeat.self),
            default: "`always`",
            "After a crash, it can be unknown whether a request was sent. `always`: send it again with the same `Idempotency-Key`. `never`: the step ends Errored"
        ),
        ReferenceKey(
            "acknowledged[].warning",
            .text,
            "A warning to hide, and the reason. `warning` is its message; `*` matches any text. `check`, the start and a reload hide it. `check --all` and `-o json` show it with the reason. An entry that matches no warning is itself a warning"
        ),
        ReferenceKey("acknowledged[].reason", .text, "Why the warning may stay"),
        ReferenceKey(
            "manifests",
            .textsOrMappings,
            "Patterns of manifest files (`*`, `?`, `[…]`). Each pattern must match a file. An entry can also be `{git: {url, ref, path, projects, variables, interval}}`: see [Pipelines in Git](PipelinesInGit.md)"
        ),
        ReferenceKey(
            "manifestVariables",
            .textsOrMappings,
            "The variables that `${NAME}` may use in manifests: `NAME`, or `{name: NAME, secret: true}`. The value comes from the environment. With `file: …` or `credential: …` it comes from there"
        ),
        ReferenceKey(
            "log.level",
            .choice(of: LogSettings.Level.self),
            default: "`info`",
            "`trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`"
        ),
        ReferenceKey("log.format", .choice(of: LogSettings.Format.self), default: "`text`", "`text` or `json`"),
        ReferenceKey("webhooks.listen", .text, default: "`0.0.0.0:8420`", "Address and port. Port 0 uses a free port"),
        ReferenceKey("webhooks.tls.certificate", .path, "A PEM file. Without `tls` the listener uses plain http"),
        ReferenceKey("webhooks.tls.key", .path, "The PEM file of its private key"),
        ReferenceKey(
            "webhooks.trustedProxies",
            .texts,
            "Addresses and networks of proxies whose `X-Forwarded-For` header is trusted"
        ),
        ReferenceKey(
            "webhooks.maxBodyBytes",
            .bytes,
            default: "5 MiB",
            "The largest request body, 1 KiB to 256 MiB. A larger body gets status 413"
        ),
        ReferenceKey(
            "webhooks.bodiesInFlightBytes",
            .bytes,
            default: "64 MiB",
            "The size of all bodies that are being read at one time. Above it, requests get status 503. The last quarter is reserved for addresses that use less than a quarter"
        ),
        ReferenceKey(
            "webhooks.maxConnections",
            .wholeNumber(1...1_000_000),
            default: "1024",
            "Open connections. Fewer if the limit of open files is low: see [Operation](Operation.md#open-files-and-connections). The last quarter is reserved as above. List your proxies in `trustedProxies`; otherwise a proxy counts as one client"
        ),
        ReferenceKey(
            "webhooks.maxPerSecondPerAddress",
            .wholeNumber(1...WebhookSettings.highestRate),
            "Requests per second from one address, valid or not. Above it, requests get status 429. Behind `trustedProxies`, the forwarded address counts. An IPv6 /64 network counts as one address. A change needs a restart"
        ),
        ReferenceKey("webhooks.receivers", .list, "See below"),
        ReferenceKey("webhooks.receivers[].name", .text, isRequired: true, "Lower-case letters, digits and hyphens"),
        ReferenceKey(
            "webhooks.receivers[].path",
            .text,
            default: "`/hook/` and the name",
            "The path of the webhook URL. Two receivers cannot have the same path"
        ),
        ReferenceKey(
            "webhooks.receivers[].sender",
            .choice(of: Sender.self),
            isRequired: true,
            "`github`, `ghes`, `ghcr`, `gitlab`, `gitea`, `forgejo`, `gogs`, `harbor` or `distribution`"
        ),
        ReferenceKey(
            "webhooks.receivers[].secrets",
            .list,
            isRequired: true,
            "A list of `{file: …}`, `{credential: …}` or `{env: …}`. All of them are valid at the same time. An empty secret is an error. So is a secret that two receivers share"
        ),
        ReferenceKey(
            "webhooks.receivers[].scheme",
            .choice(of: ReceiverSettings.GitLabScheme.self),
            default: "`token`",
            "Only for `gitlab`. `token`: GitLab's secret token. `signed`: GitLab's signing token (`whsec_…`)"
        ),
        ReferenceKey(
            "webhooks.receivers[].toleranceSeconds",
            .wholeNumber(1...86_400),
            default: "300",
            "Only for `signed`: the largest allowed difference between the signed time and the server's clock"
        ),
        ReferenceKey(
            "webhooks.receivers[].sources",
            .allOrTexts,
            isRequired: true,
            "The repositories and images that this receiver may report. To allow all, write `all`"
        ),
        ReferenceKey(
            "webhooks.receivers[].projects",
            .texts,
            default: "all",
            "The projects whose warehouses may use its events"
        ),
        ReferenceKey(
            "webhooks.receivers[].maxBodyBytes",
            .bytes,
            default: "`webhooks.maxBodyBytes`; for `harbor` and `distribution` 1 MiB",
            "The largest body for this receiver"
        ),
        ReferenceKey(
            "webhooks.receivers[].trust",
            .choice(of: ReceiverSettings.Trust.self),
            default: "`sender`",
            "`evidence`: the body is [evidence](Glossary.md). Hoistway trusts it, and sends no request to the registry. Needs TLS or a loopback listener"
        ),
        ReferenceKey(
            "webhooks.receivers[].maxPerSecond",
            .wholeNumber(1...WebhookSettings.highestRate),
            "Authentic deliveries per second. Above it, requests get status 429"
        ),
        ReferenceKey(
            "webhooks.receivers[].imageHost",
            .text,
            default: "the host in the payload",
            "The host from which images are pulled. Replaces the host in the payload"
        ),
        ReferenceKey("console.listen", .text, default: "`127.0.0.1:8421`", "Address of the API and the dashboard"),
        ReferenceKey("console.publicURL", .text, "The URL that people use, for links"),
        ReferenceKey(
            "console.hosts",
            .texts,
            "More values of the `Host` header that are accepted. The listener's own address and the host of `publicURL` are always accepted"
        ),
        ReferenceKey(
            "health.listen",
            .text,
            default: "`127.0.0.1:8422`",
            "Address of `/livez`, `/readyz` and `/metrics`"
        ),
        ReferenceKey(
            "state.url",
            .text,
            default: "`sqlite:./var/hoistway.db`",
            "`sqlite:` and the path of the database file"
        ),
        ReferenceKey(
            "state.retention.age",
            .duration,
            default: "`168h`",
            "How long the bodies of finished deliveries are kept"
        ),
        ReferenceKey(
            "state.retention.bytes",
            .bytes,
            default: "1 GiB",
            "How much space these bodies may use, compressed"
        ),
        ReferenceKey(
            "state.retention.history",
            .duration,
            default: "`365d`",
            "How long the rest of a delivery is kept: its result, and the data that detects a replay. A row takes about 400 bytes: a million deliveries a day take 150 GB in a year"
        ),
        ReferenceKey(
            "git.cache.path",
            .path,
            default: "`./var/git`",
            "The folder for Git objects that were fetched or created. You can delete it at any time"
        ),
        ReferenceKey("git.cache.maxBytes", .bytes, default: "1 GiB", "The largest size of that folder"),
        ReferenceKey(
            "git.author.name",
            .text,
            default: "`Hoistway`",
            "The author of commits, unless a step sets another"
        ),
        ReferenceKey("git.author.email", .text, default: "`hoistway@localhost`", "Its e-mail address"),
        ReferenceKey(
            "git.transport",
            .choice(of: GitSettings.Transport.self),
            default: "`native`",
            "`native`: Hoistway's own Git client. `program`: the `git` program"
        ),
        ReferenceKey(
            "git.maxRefsPerPush",
            .wholeNumber(1...1000),
            default: "100",
            "How many branches one push updates. For a GitLab server it is never more than three, because GitLab fires no webhooks above that"
        ),
        ReferenceKey(
            "git.allowInsecureHTTP",
            .flag,
            default: "`false`",
            "`true`: credentials may be sent over plain http to other machines"
        ),
        ReferenceKey(
            "git.allowFileURLs",
            .flag,
            default: "`false`",
            "`true`: manifests from Git may name repositories on this machine (`file://`). A project whose manifests are all on this machine may always do so"
        ),
        ReferenceKey(
            "git.knownHosts",
            .path,
            default: "`./var/known_hosts`",
            "Host keys in OpenSSH's format. SSH connects only to hosts in this file"
        ),
        ReferenceKey("git.timeouts.connect", .duration, default: "`10s`", "Time to connect"),
        ReferenceKey(
            "git.timeouts.idle",
            .duration,
            default: "`30s`",
            "Time without a received byte. In addition, a list of refs may take 2 minutes, and a fetch or a push 15 minutes"
        ),
        ReferenceKey("git.hosts[].host", .text, isRequired: true, "`git.example.com`, or the host with a port"),
        ReferenceKey("git.hosts[].caFile", .path, "A PEM file. For this host it replaces the system's certificates"),
        ReferenceKey("git.hosts[].proxy", .text, "`http://proxy.example.com:3128`"),
        ReferenceKey(
            "git.hosts[].apiURL",
            .text,
            default: "the usual URL for the host's kind",
            "The URL of the host's API, for example `https://git.example.com/gitlab/api/v4`. It is used for pull requests, commit statuses and tokens of a GitHub App. [Pull requests at Git hosts](GitHosts.md) lists the usual URLs. `caFile`, `proxy` and `allowInsecureHTTP` apply to it too"
        ),
        ReferenceKey(
            "git.hosts[].provider",
            .choice(of: ForgeProvider.self),
            default: "detected from the host's name",
            "The kind of host: `azure`, `bitbucket`, `gitea`, `github` or `gitlab`. It is used for commit statuses, and for steps that do not set a provider"
        ),
        ReferenceKey(
            "programs.kustomize",
            .path,
            default: "searched in the system's folders",
            "Path of kustomize, version 5.0 or newer"
        ),
        ReferenceKey(
            "programs.kubectl",
            .path,
            default: "searched in the system's folders",
            "Path of kubectl, version 1.27 or newer. Used if kustomize is not installed"
        ),
        ReferenceKey(
            "programs.helm",
            .path,
            default: "searched in the system's folders",
            "Path of Helm, version 3.12 or newer"
        ),
        ReferenceKey(
            "programs.sandbox",
            .choice(of: ProgramSettings.SandboxRule.self),
            default: "`whenAvailable`",
            "What to do if neither bubblewrap nor namespaces are available. `whenAvailable`: run programs without a sandbox; `check` warns. `require`: run no program"
        ),
        ReferenceKey("programs.limits.time", .duration, default: "`2m`", "The time limit of one run, 1s to 1h"),
        ReferenceKey(
            "programs.limits.memory",
            .bytes,
            default: "2 GiB",
            "The memory limit of all processes of one run together, 64 MiB to 64 GiB"
        ),
        ReferenceKey("registries[].host", .text, isRequired: true, "`registry.example.com:5000`"),
        ReferenceKey("registries[].insecure", .flag, default: "`false`", "`true`: plain http, also for credentials"),
        ReferenceKey(
            "registries[].caFile",
            .path,
            "A PEM file. For the registry it replaces the system's certificates. For its token server and its blob store it is added to them"
        ),
        ReferenceKey(
            "registries[].tokenServers",
            .texts,
            #"Servers that issue tokens for this registry: `auth.example.com` or `auth.example.com:8443`. The registry's credentials are sent to them. The registry's own host, port and scheme need no entry. Docker Hub (`auth.docker.io`) and `registry.gitlab.com` (`gitlab.com`) need none either. Your own GitLab needs one: `{host: "gitlab.example.com:5050", tokenServers: [gitlab.example.com]}`"#
        ),
        ReferenceKey(
            "registries[].blobStores",
            .texts,
            "Hosts to which the registry redirects for blobs: `minio.example.com:9000`. Hosts at port 443 with a public address need no entry"
        ),
        ReferenceKey("notifications[].name", .text, isRequired: true, "Lower-case letters, digits and hyphens"),
        ReferenceKey(
            "notifications[].url",
            .textOrMapping,
            isRequired: true,
            "`https://…`. Use `{file: …}` or `{env: …}` if the URL contains a token, as Slack's URLs do. Hoistway never shows the URL"
        ),
        ReferenceKey(
            "notifications[].format",
            .choice(of: NotificationSettings.Format.self),
            default: "`generic`",
            "`generic`: Hoistway's JSON. `slack`: for Slack's incoming webhooks and compatible servers"
        ),
        ReferenceKey(
            "notifications[].secret",
            .mapping,
            "`{file: …}` or `{env: …}`. The key that signs each message: see [Notifications](Monitoring.md#notifications)"
        ),
        ReferenceKey("notifications[].events", .choices(of: NoticeEvent.self), default: "all", "See the next table"),
        ReferenceKey(
            "notifications[].projects",
            .texts,
            default: "all",
            "The projects whose events are sent. A failed delivery is sent only if its receiver serves no other projects"
        ),
        ReferenceKey(
            "notifications[].allowInsecureHTTP",
            .flag,
            default: "`false`",
            "`true`: plain http to other machines is allowed"
        ),
        ReferenceKey("messageChannels[].name", .text, isRequired: true, "The name in the step's `channel.name`"),
        ReferenceKey(
            "messageChannels[].url",
            .textOrMapping,
            isRequired: true,
            "`https://…`. Use `{file: …}` or `{env: …}` if the URL contains a token, as Slack's URLs do. Hoistway never shows the URL"
        ),
        ReferenceKey(
            "messageChannels[].format",
            .choice(of: NotificationSettings.Format.self),
            default: "`generic`",
            "`generic`: Hoistway's JSON. `slack`: for Slack's incoming webhooks and compatible servers"
        ),
        ReferenceKey(
            "messageChannels[].secret",
            .mapping,
            "`{file: …}` or `{env: …}`. The key that signs each message, as [Standard Webhooks](https://www.standardwebhooks.com) describes"
        ),
        ReferenceKey(
            "messageChannels[].allowInsecureHTTP",
            .flag,
            default: "`false`",
            "`true`: plain http to other machines is allowed"
        ),
        ReferenceKey(
            "projects.NAME.mode",
            .choice(of: PromotionMode.self),
            default: "the program's `mode`",
            "`promote` or `observe`"
        ),
        ReferenceKey(
            "projects.NAME.argocd",
            .mapping,
            default: "the program's value, key by key",
            "`cluster`, `namespace`, `refresh`, `whenMissing`"
        ),
        ReferenceKey(
            "projects.NAME.verification.whenMissing",
            .choice(of: MissingVerification.self),
            default: "the program's value",
            "`wait` or `health`"
        ),
        ReferenceKey("projects.NAME.promotions.statuses", .flag, default: "the program's value", "`true` or `false`"),
        ReferenceKey(
            "projects.NAME.http",
            .mapping,
            default: "the program's value, key by key",
            "`hosts`, `privateHosts`, `secrets`, `repeat`"
        ),
        ReferenceKey(
            "projects.NAME.messageChannels",
            .list,
            "The project's own [channels](#messagechannels) for `send-message`"
        ),
        ReferenceKey(
            "projects.NAME.stages.NAME.mode",
            .choice(of: PromotionMode.self),
            default: "the project's `mode`",
            "`promote` or `observe`"
        ),
        ReferenceKey(
            "projects.NAME.stages.NAME.foreignCommits",
            .choice(of: Stage.ForeignCommits.self),
            default: "`stop`",
            "What to do if a promotion would overwrite or delete files that somebody else changed on the branch: see [below](#foreigncommits)"
        ),
        ReferenceKey(
            "projects.NAME.stages.NAME.limits.deletedFiles",
            .wholeNumber(0...1_000_000),
            default: "0",
            "A promotion that deletes more files needs a person: `hoistway promote --accept`"
        ),
        ReferenceKey(
            "projects.NAME.stages.NAME.limits.changedFiles",
            .wholeNumber(0...1_000_000),
            default: "50",
            "The same, for all files that a promotion changes"
        ),
        ReferenceKey(
            "projects.NAME.stages.NAME.carryImages",
            .flag,
            default: "`false`",
            "For promotions that copy over a branch that other stages write too. `true`: keep the branch's image entries that the freight does not carry, and the values and containers of the other stages: see [What a push may do](Pushes.md)"
        ),
        ReferenceKey(
            "projects.NAME.stages.NAME.supersede",
            .flag,
            default: "`true`",
            "`true`: automatic promotion takes the newest available freight and skips older freight. `false`: all freight is promoted in its order"
        ),
        ReferenceKey(
            "projects.NAME.commitMessage",
            .text,
            default: "the changes",
            "The start of commit messages, with `{images}`, `{stage}`, `{project}`, `{freight}`, `{alias}`, `{actor}`, `{promotion}`"
        ),
        ReferenceKey(
            "projects.NAME.warehouses.NAME.onTagMoved",
            .choice(of: ImageSubscription.MovedTagRule.self),
            default: "`hold`; `follow` for the Digest strategy",
            "What to do if a known tag gets another digest: `hold`, `follow` or `refuse`"
        ),
    ]
}
