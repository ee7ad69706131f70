import HoistwayEdits
import HoistwayExpressions
import HoistwayModel
import HoistwayPorts

/// `send-message`: sends a message to people, by a webhook of the configuration.
struct SendMessageStep: PromotionStep {
    /// Length of the message in a preview, in characters.
    private static let maxShown = 200

    static let schema = StepSchema(
        "send-message",
        .effect,
        "Sends a message to a channel of `messageChannels` in the configuration. The step also exists in Kargo's "
            + "commercial edition. A text is cut after 3000 characters. A message in another form may have at most "
            + "64 KiB.",
        [
            StepSchema.Field(
                "channel",
                .mapping(
                    StepSchema.Mapping([
                        StepSchema.Field(
                            "kind",
                            .choice(["MessageChannel", "ClusterMessageChannel"]),
                            isRequired: true,
                            "`MessageChannel`: a channel of the project. `ClusterMessageChannel`: a channel for all "
                                + "projects."
                        ),
                        StepSchema.Field("name", .text, isRequired: true, "The channel's name in the configuration."),
                    ])
                ),
                isRequired: true,
                "The channel for the message."
            ),
            StepSchema.Field("message", .text, isRequired: true, "The message."),
            StepSchema.Field(
                "encodingType",
                .choice(["json", "yaml"]),
                emptyIsAbsent: true,
                "The form of a message that is a mapping, such as Slack's `blocks`. It is sent unchanged. Without "
                    + "the key, the message is text."
            ),
            StepSchema.Field(
                "slack",
                .anyMapping,
                refusal: StepSchema.Refusal(
                    "an incoming webhook of Slack posts only to its own channel, and not in threads",
                    hint: "for each Slack channel, create a webhook and a channel in the configuration"
                ),
                "Another Slack channel, or a thread."
            ),
            StepSchema.Field(
                "smtp",
                .anyMapping,
                refusal: StepSchema.Refusal(
                    "Hoistway does not send e-mail",
                    hint: "use a webhook that sends the mail, and add it to messageChannels with the format generic"
                ),
                "Recipients of an e-mail."
            ),
        ]
    )

    private let config: StepConfiguration
    private let channel: (isOfProject: Bool, name: String)
    private let message: String

    init(_ config: StepConfiguration) {
        self.config = config
        let written = config.mapping("channel")
        channel = (written?.text("kind") == "MessageChannel", written?.text("name") ?? "")
        message = config.requiredText("message")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        guard let access = context.http, let channels = access.channels else {
            throw .cannotAct("send-message cannot act: this program sends no messages for steps", hint: nil)
        }
        guard !access.isPreview, context.promotion.mode == .promote else {
            throw .cannotAct("send-message does not act in observe mode and in a dry run", hint: nil)
        }
        let key = key(in: context)
        guard !context.wasBegun || access.policy.isRepeated else {
            throw .broken(
                "the program ended while the message to the \(key.text) was sent, and nobody knows whether it arrived: "
                    + "http.repeat is never",
                hint: "look there whether it did, then promote again"
            )
        }
        let message = ChannelMessage(
            id: HTTPStep.key(of: context),
            content: try content(),
            stage: context.stage,
            promotion: context.promotion.id,
            freight: context.promotion.freight
        )
        let sent: SentMessage
        do throws(ChannelFailure) {
            sent = try await channels.send(message, to: key, policy: access.policy, secrets: context.secretsUsed)
        } catch {
            let failure: StepFailure =
                error.isTerminal
                ? .cannotAct(error.message, hint: error.hint) : .unmet(error.message, hint: error.hint)
            throw HTTPStep.hiding(failure, UsedSecrets(context, access))
        }
        let cut = sent.cutAt.map { "; it was cut behind \($0) characters" } ?? ""
        let again = context.wasBegun ? "; sent again, since the program ended while it was sent before" : ""
        return StepOutcome(.succeeded, output: [:], message: "sent to the \(key.text)\(cut)\(again)")
    }

    func preview(in context: StepContext) -> String? {
        let line = message.prefix { !$0.isNewline }
        let shown = line.count > Self.maxShown ? "\(line.prefix(Self.maxShown))…" : String(line)
        // A text with a secret is never shown.
        let text = context.secretsUsed.isEmpty ? ": \(ShownText.quoted(shown))" : ""
        return "would send a message to the \(key(in: context).text)\(text)"
    }

    private func key(in context: StepContext) -> MessageChannelKey {
        MessageChannelKey(project: channel.isOfProject ? context.stage.project : nil, name: channel.name)
    }

    private func content() throws(StepFailure) -> ChannelMessage.Content {
        guard let form = config.text("encodingType") else { return .text(message) }
        let value: ConfigValue?
        if form == "yaml" {
            do throws(UpdateFailure) {
                value = try DocumentReader.yaml(Array(message.utf8)).configValue
            } catch {
                throw .cannotAct("the message is not YAML: \(error.message)", hint: Self.quoteHint)
            }
        } else {
            value = JSONReader.value(of: ByteText(Array(message.utf8))).flatMap { try? $0.configuration() }
        }
        guard let entries = value?.map, !entries.isEmpty else {
            throw .cannotAct("the message is not a mapping in \(form.uppercased())", hint: Self.quoteHint)
        }
        return .structure(entries)
    }

    private static let quoteHint = "write texts that expressions give as ${{ quote(…) }}"
}
