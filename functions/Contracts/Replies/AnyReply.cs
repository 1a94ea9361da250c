using SalesforceConnector.Contracts.Annotations;

namespace SalesforceConnector.Contracts.Replies;

/// <summary>The reply as it came: as a rule JSON.</summary>
[Schema("{}")]
[Field("Reply")]
public sealed record AnyReply;
