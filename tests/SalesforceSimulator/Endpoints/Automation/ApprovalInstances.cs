using SalesforceSimulator.Data;

namespace SalesforceSimulator.Endpoints.Automation;

/// <summary>One approval of a record.</summary>
internal sealed record ApprovalInstance(string Id, string EntityId, string WorkItemId)
{
    public string Status { get; set; } = "Pending";
}

/// <summary>The org's approvals, by the record that they are about; the last one of each.</summary>
internal sealed class ApprovalInstances
{
    private readonly Dictionary<string, ApprovalInstance> _byEntity = [];
    private int _count;

    public ApprovalInstance? Pending(string entityId) =>
        _byEntity.GetValueOrDefault(entityId) is { Status: "Pending" } instance ? instance : null;

    /// <summary>The approval that waits at a work item.</summary>
    public ApprovalInstance? PendingAt(string workItemId) =>
        _byEntity.Values.FirstOrDefault(instance => instance.WorkItemId == workItemId && instance.Status == "Pending");

    public ApprovalInstance Begin(string entityId)
    {
        var instance = new ApprovalInstance(RecordIds.Create("04g", _count), entityId, RecordIds.Create("04i", _count));
        _count++;
        return _byEntity[entityId] = instance;
    }
}
