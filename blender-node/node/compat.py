"""The one place for differences between Blender versions (3.4 to 5.x) and drivers."""

import bpy
import gpu

SOFTWARE = ('llvmpipe', 'softpipe', 'swrast', 'software rasterizer')

# Inputs of a Principled node that 4.0 renamed.
EMISSION = 'Emission', 'Emission Color'
SPECULAR = 'Specular', 'Specular IOR Level'


def renderer_name():
    """OpenGL's own name for what draws."""
    return gpu.platform.renderer_get()


def is_software():
    """True when OpenGL runs without a GPU."""
    name = renderer_name().lower()
    return any(word in name for word in SOFTWARE)


def open_file(path):
    """Load a .blend into the present window, without its scripts.

    Returns None, or a text that says why it could not be loaded.
    """
    try:
        bpy.ops.wm.open_mainfile(filepath=path, load_ui=False, use_scripts=False)
    except RuntimeError as error:
        return str(error).strip().removeprefix('Error: ') or 'unknown error'
    if not bpy.data.filepath:
        return 'Blender cannot read it'
    return None


def prepare():
    """Settings of the whole process."""
    system = bpy.context.preferences.system
    # Otherwise the evaluated mesh is not subdivided; only the GPU has the subdivided one.
    if hasattr(system, 'use_gpu_subdivision'):
        system.use_gpu_subdivision = False


def socket_value(node, *names):
    """The value of a node's first input that bears one of the names (they
    changed in 4.0), and whether it is linked; (None, False) without one."""
    for name in names:
        socket = node.inputs.get(name)
        if socket is not None:
            return socket.default_value, socket.is_linked
    return None, False


def socket(node, *names):
    """A node's first input that bears one of the names, or None."""
    return next((s for s in (node.inputs.get(n) for n in names) if s is not None), None)


def split_normals(mesh, numpy):
    """Normals of all corners, shape (corners, 3), custom and sharp ones too."""
    out = numpy.empty(len(mesh.loops) * 3, numpy.float32)
    if hasattr(mesh, 'corner_normals'):  # 4.1
        mesh.corner_normals.foreach_get('vector', out)
    else:
        mesh.calc_normals_split()
        mesh.loops.foreach_get('normal', out)
        mesh.free_normals_split()
    return out.reshape(-1, 3)


def has_split_normals(mesh):
    """True when normals of corners may differ from those of vertices and faces."""
    return bool(getattr(mesh, 'use_auto_smooth', True)) or mesh.has_custom_normals


def is_blended(material):
    """True when a material is transparent below full alpha."""
    if hasattr(material, 'surface_render_method'):  # 4.2: alpha always counts
        return True
    return material.blend_method in ('BLEND', 'HASHED')


def alpha_cut(material):
    """The alpha below which a material is not drawn, or 0 for none."""
    if hasattr(material, 'surface_render_method'):
        return 0.0
    return material.alpha_threshold if material.blend_method == 'CLIP' else 0.0


def eevee():
    """EEVEE's name among the render engines, which differs in 4.2 to 4.5."""
    engines = bpy.types.RenderSettings.bl_rna.properties['engine'].enum_items
    return 'BLENDER_EEVEE_NEXT' if 'BLENDER_EEVEE_NEXT' in engines else 'BLENDER_EEVEE'


def view3d_space():
    """(space, region) of a 3D viewport; one is made where the window has none."""
    window = bpy.context.window_manager.windows[0]
    areas = window.screen.areas
    area = next((a for a in areas if a.type == 'VIEW_3D'), None)
    if area is None:
        area = max(areas, key=lambda a: a.width * a.height)
        area.type = 'VIEW_3D'
    region = next(r for r in area.regions if r.type == 'WINDOW')
    return area.spaces.active, region


def curves(action):
    """The F-curves of an action; 5.0 keeps them in layers."""
    if hasattr(action, 'fcurves'):
        return list(action.fcurves)
    return [curve for layer in action.layers for strip in layer.strips
            for bag in strip.channelbags for curve in bag.fcurves]


def compositor(scene):
    """The empty node tree that composes the scene's renders."""
    if hasattr(scene, 'compositing_node_group'):  # 5.0
        scene.compositing_node_group = bpy.data.node_groups.new('Effigy', 'CompositorNodeTree')
        return scene.compositing_node_group
    scene.use_nodes = True
    scene.node_tree.nodes.clear()
    return scene.node_tree


def strips(editor):
    """A sequence editor's strips; 4.4 renamed them."""
    return editor.strips if hasattr(editor, 'strips') else editor.sequences
