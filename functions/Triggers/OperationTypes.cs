namespace SalesforceConnector.Triggers;

/// <summary>The operations, as the app's classes have them.</summary>
internal static class OperationTypes
{
    /// <summary>The class of each operation with the type of its payload. The classes are looked through when this is first asked for.</summary>
    public static IReadOnlyDictionary<Type, Type> All { get; } = (
        from type in typeof(OperationTypes).Assembly.GetExportedTypes()
        from contract in type.GetInterfaces()
        where contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IOperation<>)
        select (type, contract.GetGenericArguments()[0])).ToDictionary();
}
