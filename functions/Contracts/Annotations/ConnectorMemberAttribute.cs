namespace SalesforceConnector.Contracts.Annotations;

/// <summary>A member that the connector itself sets. Errors do not offer it to callers.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConnectorMemberAttribute : Attribute;
